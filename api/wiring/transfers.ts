import { ProviderOutcomeUnknown } from '#commands/payment-provider.ts'
import { recordTransfer, type TransferPorts } from '#commands/record-transfer.ts'
import type { TransferRefusal } from '#commands/transfers.ts'
import { unreachable } from '#domain/assert.ts'
import { type Instant, instantText, secondsAfter } from '#domain/values/instant.ts'
import { refuse } from '../problems.ts'
import type { RecordTransferDependencies } from '../routes/orders/record-transfer.ts'

/** Where staff are, it may be tomorrow already. */
const timeZoneSecondsMax = 14 * 3_600

const dateOf = (instant: Instant): string => instantText(instant).slice(0, 'yyyy-mm-dd'.length)

type Recorded = Extract<TransferRefusal, { code: 'already_recorded' }>

const alreadyPaidText = ({ date, isSameLine }: Recorded): string =>
  isSameLine
    ? `This transfer of ${date} is already recorded. If the statement shows it twice, send the second one back by hand.`
    : `Another transfer, of ${date}, is already recorded: a second one has to be sent back by hand.`

const refusalOf = (refused: TransferRefusal, refundId: string | null) => {
  switch (refused.code) {
    case 'not_expected':
      return refuse(
        'transfer_not_expected',
        `The order has no ${refundId === null ? 'invoice' : 'such refund of an invoice'}.`,
      )
    case 'already_recorded':
      return refuse(
        'already_paid',
        refundId === null
          ? alreadyPaidText(refused)
          : `The transfer of this refund, of ${refused.date}, is already recorded.`,
      )
    case 'order_not_found':
      return refuse('order_not_found', 'There is no such order.')
    case 'switched_off':
      return refuse('transfer_not_expected', 'Payments by invoice are switched off here (INVOICE_PAYMENTS).')
    case 'order_missing':
      return refuse('unavailable', 'The transfer is recorded, but the order is missing in the log: it was restored.')
    case 'amount_differs':
      return refuse('transfer_differs', `The amount must be the amount due: ${refused.due} minor units.`)
    default:
      return unreachable(refused)
  }
}

export const wireTransfers = (ports: TransferPorts): RecordTransferDependencies => ({
  recordTransfer: async ({ date, ...request }, origin) => {
    try {
      const now = ports.logTime.now() ?? 0
      if (date !== undefined && date > dateOf(secondsAfter(now, timeZoneSecondsMax)))
        return refuse('validation_failed', `The day of a transfer cannot lie in the future: ${date}.`)
      const dated = { ...request, date: date ?? dateOf(now) }
      const changed = await recordTransfer(dated, origin, ports)
      return 'code' in changed ? refusalOf(changed, request.refundId) : changed
    } catch (error) {
      if (!(error instanceof ProviderOutcomeUnknown)) throw error
      ports.warn(`the outcome of a transfer for order ${request.orderId} is unknown: ${error.message}`)
      return refuse(
        'unavailable',
        'The invoices cannot be reached now: send the request again with the same Idempotency-Key.',
      )
    }
  },
})
