import { orderStream } from '#domain/streams.ts'
import type { Origin } from './context.ts'
import type { ChangeOrderAnswer } from './order-answers.ts'
import type { ObjectNotice } from './payment-notice.ts'
import { type NoticePorts, recordPaymentNotice } from './record-payment-notice.ts'
import type { Transfer, TransferRefusal, Transfers } from './transfers.ts'

/** `refundId`: the refund that the transfer pays; null for a transfer of the customer. */
export type TransferRequest = Omit<Transfer, 'transferId'> & {
  readonly orderId: string
  readonly refundId: string | null
}

/** `transfers` is undefined if no provider that is paid by transfer is switched on. */
export type TransferPorts = NoticePorts & { readonly transfers: Transfers | undefined }

/**
 * Reports a recorded transfer to its order, as a notice of its provider, and drives the order. Rejects if the provider or
 * the log does not answer; the transfer then stays unreported, and a worker reports it later.
 */
export const reportTransfer = async (
  notice: ObjectNotice,
  origin: Origin,
  ports: NoticePorts & { readonly transfers: Transfers },
): Promise<void> => {
  const { followUp } = await recordPaymentNotice(notice, origin, ports)
  await ports.transfers.reported(notice)
  await followUp()
}

/** The refusal of a transfer that is not expected, which tells a missing order from one that nobody transfers money for. */
const unexpected = async (orderId: string, { orders }: TransferPorts): Promise<TransferRefusal> => {
  const { state } = await orders.read(orderStream(orderId))
  return { code: state.status === 'none' ? 'order_not_found' : 'not_expected' }
}

/** Records a transfer at the provider of the order's payment, once for each command, and reports it to the order. */
export const recordTransfer = async (
  { orderId, refundId, ...transfer }: TransferRequest,
  origin: Origin,
  ports: TransferPorts,
): Promise<ChangeOrderAnswer | TransferRefusal> => {
  const { transfers } = ports
  if (transfers === undefined) return { code: 'switched_off' }
  const recorded = { ...transfer, transferId: origin.commandId }
  const notice =
    refundId === null
      ? await transfers.receive(orderId, recorded)
      : await transfers.giveBack({ orderId, refundId }, recorded)
  if ('code' in notice) return notice.code === 'not_expected' ? unexpected(orderId, ports) : notice
  await reportTransfer(notice, origin, { ...ports, transfers })
  const { state, position } = await ports.orders.read(orderStream(orderId))
  // The notice is kept, and applied once the order is there again.
  if (state.status === 'none') return { code: 'order_missing' }
  return { outcome: 'changed', orderId, status: state.status, position }
}
