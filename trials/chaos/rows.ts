import { anyOrderRow } from './rows/any-order.ts'
import { clocksRow } from './rows/clocks.ts'
import { consumerRow } from './rows/consumers.ts'
import { crashPointsRow } from './rows/crash-points.ts'
import { deliveredTwiceRow } from './rows/deliveries.ts'
import { fullDiskRow } from './rows/full-disks.ts'
import { pausedRow } from './rows/pauses.ts'
import { providerRow } from './rows/provider.ts'
import { sameKeyRow } from './rows/same-key.ts'
import { eventStoreRow, postgresRow, redisRow } from './rows/servers.ts'
import { forgedWebhooksRow, repeatedWebhooksRow } from './rows/webhooks.ts'
import type { Row } from './run.ts'

export const rows: readonly Row[] = [
  crashPointsRow,
  eventStoreRow,
  postgresRow,
  redisRow,
  repeatedWebhooksRow,
  anyOrderRow,
  forgedWebhooksRow,
  providerRow,
  sameKeyRow,
  clocksRow,
  pausedRow,
  consumerRow,
  fullDiskRow,
  deliveredTwiceRow,
]

const runLast: readonly Row[] = [deliveredTwiceRow, fullDiskRow, pausedRow, consumerRow]

/**
 * Events that a row adds to the log are compared again after every later row. So the rows that sell the most run last, and
 * the row that delivers the whole log again runs right before them.
 */
export const inRunningOrder = (chosen: readonly Row[]): readonly Row[] => [
  ...chosen.filter((row) => !runLast.includes(row)),
  ...runLast.filter((row) => chosen.includes(row)),
]
