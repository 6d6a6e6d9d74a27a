// Read: a counted read or a subscription, of a stream or of the whole log. Both go through the log by pages and give the event
// loop a turn between two pages, so that a long read delays nobody's keepalive.

import { setImmediate as turn } from 'node:timers/promises'
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js'
import { status } from '@grpc/grpc-js'
import { errorText } from '#domain/error-text.ts'
import type { CommitFeed } from '../../log/commit-feed.ts'
import { isDamage } from '../../log/log-damage.ts'
import type { Storage } from '../../log/storage.ts'
import { grpcError } from '../grpc-error.ts'
import { openCursor, pageEventsMax } from './cursor.ts'
import { passes } from './event-filter.ts'
import type { Outlet } from './outlet.ts'
import { createPresenter } from './presentation.ts'
import { streamNotFound } from './read-messages.ts'
import { invalidPosition, type ReadPlan, readPlan } from './read-plan.ts'
import { serveSubscription } from './subscription.ts'

export const serveRead = async (
  request: ReadReq,
  outlet: Outlet,
  parts: { readonly storage: Storage; readonly feed: CommitFeed; readonly log: (line: string) => void },
): Promise<void> => {
  try {
    const plan = readPlan(request)
    const refusal = typeof plan === 'string' ? plan : positionRefusal(plan, parts.storage)
    if (typeof plan === 'string' || refusal !== undefined) {
      outlet.fail(grpcError(status.INVALID_ARGUMENT, refusal ?? 'Invalid read.'))
    } else if (plan.limit.kind === 'subscription') {
      await serveSubscription(plan, outlet, parts)
    } else {
      await serveCounted(plan, plan.limit.count, outlet, parts.storage)
    }
  } catch (error) {
    parts.log(`A read failed: ${errorText(error)}`)
    if (isDamage(error)) outlet.fail(grpcError(status.DATA_LOSS, error.message))
    else outlet.fail(grpcError(status.INTERNAL, 'The event store node could not read its log.'))
  }
}

/** A position beyond the end is legal; one before it must be an event's own. */
const positionRefusal = ({ source }: ReadPlan, storage: Storage): string | undefined => {
  if (source.kind !== 'all' || typeof source.from === 'string' || source.from === 0) return undefined
  return source.from >= storage.end().position || storage.isPosition(source.from) ? undefined : invalidPosition
}

const serveCounted = async (plan: ReadPlan, count: number, outlet: Outlet, storage: Storage): Promise<void> => {
  const { source } = plan
  if (source.kind === 'stream' && storage.streamId(source.stream) === undefined) {
    outlet.send(streamNotFound(source.stream))
    outlet.end()
    return
  }
  const filter = source.kind === 'all' ? source.filter : undefined
  const cursor = openCursor(storage, plan)
  const present = createPresenter(storage, plan)
  let remaining = count
  while (remaining > 0 && !outlet.signal.aborted) {
    const page = cursor.next(filter === undefined ? Math.min(remaining, pageEventsMax) : pageEventsMax)
    for (const event of page.events) {
      if (remaining === 0 || (filter !== undefined && !passes(filter, event))) continue
      outlet.send(present(event))
      remaining -= 1
    }
    if (!page.more) break
    await outlet.ready()
    await turn()
  }
  outlet.end()
}
