import type { Kysely } from 'kysely'
import type { ReadTables } from '../tables.ts'
import type { NoticeRow } from './table.ts'

/** Notices that wait for their order and were received at `until` or before, the longest waiting first. */
export const waitingNotices = (
  db: Kysely<ReadTables>,
  { until, limit }: { readonly until: number; readonly limit: number },
): Promise<readonly NoticeRow[]> =>
  db
    .selectFrom('notices')
    .select(['provider', 'provider_event_id', 'event_type', 'provider_object_id', 'kind', 'received_at', 'applied_at'])
    .where('applied_at', 'is', null)
    .where('received_at', '<=', until)
    .orderBy('received_at')
    .orderBy('provider_event_id')
    .limit(limit)
    .execute()
