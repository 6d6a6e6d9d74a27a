import type { NoticePorts } from '#commands/record-payment-notice.ts'
import { retryNotice } from '#commands/retry-notice.ts'
import { errorText } from '#domain/error-text.ts'
import { noticeAttentionMilliseconds } from '#domain/provider/notice.ts'
import { type Instant, instantText } from '#domain/values/instant.ts'
import type { Lease } from '#platform/postgres/leases.ts'
import type { NoticeRow } from '#projections/notices/table.ts'
import { createBackoff } from './backoff.ts'
import { eachBounded } from './each.ts'
import type { Worker } from './worker.ts'

// Retries webhooks that were kept because their order was not known, with backoff and without an end: an order can still
// come back from a backup. After an hour each failed try is logged as an error, and the notice is listed for staff. The
// read model tells which notices wait; each notice's stream decides, so two workers at once do no harm.

export type NoticesPorts = {
  readonly lease: Lease
  /** Notices that wait for their order, received at `until` or before, the longest waiting first. */
  readonly waiting: (query: { readonly until: Instant; readonly limit: number }) => Promise<readonly NoticeRow[]>
  readonly notices: NoticePorts
  readonly monotonic: () => number
  /** Logs, in one line, something that needs a person. */
  readonly alarm: (line: string) => void
  readonly signal: AbortSignal
}

const actor = 'system:notices'
const idleMilliseconds = 2_000
const noticesMax = 100
const noticesAtOnce = 4
const waits = { firstMilliseconds: 5_000, millisecondsMax: 1_800_000 }

export const createNotices = ({ lease, waiting, notices, monotonic, alarm, signal }: NoticesPorts): Worker => {
  const backoff = createBackoff(waits)

  const retry = async (kept: NoticeRow, at: Instant): Promise<void> => {
    const { provider_event_id: providerEventId, event_type: eventType, provider_object_id: providerObjectId } = kept
    const notice = { provider: kept.provider, providerEventId, eventType, providerObjectId, kind: kept.kind }
    const name = `${eventType} (${providerEventId}) of ${providerObjectId}`
    try {
      if ((await retryNotice(notice, actor, notices)) === 'applied') return
    } catch (error) {
      notices.warn(`${name} cannot be retried: ${errorText(error)}`)
    }
    if (at >= kept.received_at + noticeAttentionMilliseconds)
      alarm(`${name} has waited for its order since ${instantText(kept.received_at)}`)
  }

  return {
    name: 'notices',
    idleMilliseconds,
    step: async () => {
      if ((await lease.hold()) === undefined) return 'idle'
      const at = notices.logTime.now()
      if (at === undefined) return 'idle'
      const now = monotonic()
      // Notices in backoff are among the waiting ones too: the limit is raised so that they do not hide the others.
      const found = await waiting({ until: at, limit: noticesMax + backoff.waiting(now) })
      const due = found.filter((kept) => backoff.mayTry(kept.provider_event_id, now)).slice(0, noticesMax)
      await eachBounded(due, { atOnce: noticesAtOnce, signal }, async (kept) => {
        backoff.tried(kept.provider_event_id, undefined, now)
        await retry(kept, at)
      })
      return 'idle'
    },
    close: () => lease.release(),
  }
}
