import { crashPointsRow } from './rows/crash-points.ts'
import { forgedWebhooksRow, providerRow, repeatedWebhooksRow } from './rows/payments.ts'
import { clocksRow, consumerRow, pausedRow } from './rows/processes.ts'
import { deliveredTwiceRow, sameKeyRow } from './rows/repetitions.ts'
import { eventStoreRow, postgresRow, redisRow } from './rows/servers.ts'
import type { Row } from './run.ts'

export const rows: readonly Row[] = [
  crashPointsRow,
  eventStoreRow,
  postgresRow,
  redisRow,
  repeatedWebhooksRow,
  forgedWebhooksRow,
  providerRow,
  sameKeyRow,
  clocksRow,
  pausedRow,
  consumerRow,
  deliveredTwiceRow,
]
