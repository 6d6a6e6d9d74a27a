import { orderStream } from '#domain/streams.ts'
import type { Origin } from './context.ts'
import type { ChangeOrderAnswer } from './order-answers.ts'
import type { ObjectNotice } from './payment-notice.ts'
import { type NoticePorts, recordPaymentNotice } from './record-payment-notice.ts'
import type { Transfer, TransferRefusal, Transfers } from './transfers.ts'

/** `refundId`: the refund that the transfer gives back; null where it is the customer's own. */
export type TransferRequest = Omit<Transfer, 'transferId'> & {
  readonly orderId: string
  readonly refundId: string | null
}

/** `transfers` is undefined where no provider is switched on that is paid by transfer. */
export type TransferPorts = NoticePorts & { readonly transfers: Transfers | undefined }

/**
 * Tells an order of a recorded transfer, as a notice of its provider, and drives it. Rejects where the provider or the log
 * cannot be asked; the transfer then stays untold, and a worker tells it later.
 */
export const tellTransfer = async (
  notice: ObjectNotice,
  origin: Origin,
  ports: NoticePorts & { readonly transfers: Transfers },
): Promise<void> => {
  const { followUp } = await recordPaymentNotice(notice, origin, ports)
  await ports.transfers.told(notice)
  await followUp()
}

/** Records a transfer at the provider of the order's payment, once for each command, and tells the order. */
export const recordTransfer = async (
  { orderId, refundId, ...transfer }: TransferRequest,
  origin: Origin,
  ports: TransferPorts,
): Promise<ChangeOrderAnswer | TransferRefusal> => {
  const { transfers } = ports
  if (transfers === undefined) return { code: 'not_found' }
  const recorded = { ...transfer, transferId: origin.commandId }
  const notice =
    refundId === null
      ? await transfers.receive(orderId, recorded)
      : await transfers.giveBack({ orderId, refundId }, recorded)
  if ('code' in notice) return notice
  await tellTransfer(notice, origin, { ...ports, transfers })
  const { state, position } = await ports.orders.read(orderStream(orderId))
  // Only in a log that was restored from before the order: the notice is kept, and applied once the order is there.
  if (state.status === 'none') return { code: 'not_found' }
  return { outcome: 'changed', orderId, status: state.status, position }
}
