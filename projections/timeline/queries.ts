import type { Kysely } from 'kysely'
import type { ReadTables } from '../tables.ts'
import type { TimelineItem } from './table.ts'

/** The known events of an order, oldest first. `after` is the `log_position` of the last item of the page before. */
export const timelineSoFar = (
  db: Kysely<ReadTables>,
  { orderId, after = -1, limit }: { readonly orderId: string; readonly after?: number; readonly limit: number },
): Promise<readonly TimelineItem[]> =>
  db
    .selectFrom('timeline_items')
    .select(['order_id', 'log_position', 'stream', 'revision', 'at', 'type', 'actor', 'cause', 'text', 'data'])
    .where('order_id', '=', orderId)
    .where('log_position', '>', after)
    .orderBy('log_position')
    .limit(limit)
    .execute()
