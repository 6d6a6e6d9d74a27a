import type {
  CancelOrder,
  DeliverOrder,
  OrderRefusalCode,
  RefundOrder,
  RequestConfirmation,
  ResolveAttention,
  ReturnOrder,
  ShipOrder,
} from '#domain/order/commands.ts'
import type { OrderState } from '#domain/order/state.ts'
import { orderStream } from '#domain/streams.ts'
import { driveCheckout } from './checkout/drive.ts'
import type { CheckoutPorts } from './checkout/ports.ts'
import { contextOf, type Origin } from './context.ts'
import type { ChangeOrderAnswer, OrderUseCaseRefusal } from './order-answers.ts'

type WithoutId<Command> = Command extends unknown ? Omit<Command, 'commandId'> : never

/** The commands of people on a placed order. The order's event is the decision; stock and payment effects follow from it. */
export type OrderChange = WithoutId<
  RequestConfirmation | CancelOrder | ShipOrder | DeliverOrder | ReturnOrder | RefundOrder | ResolveAttention
>

const refusalAfter = (change: OrderChange, state: OrderState): OrderRefusalCode | undefined => {
  // After a confirmation was accepted the stock or the money can still be lost: the caller learns that from this answer.
  if (change.type !== 'RequestConfirmation' || state.status !== 'cancelled') return undefined
  if (state.reason === 'requested') return undefined
  return state.reason === 'stock_lost' ? 'stock_lost' : 'not_confirmable'
}

export const changeOrder = async (
  orderId: string,
  change: OrderChange,
  origin: Origin,
  ports: CheckoutPorts,
): Promise<ChangeOrderAnswer | OrderUseCaseRefusal> => {
  const command = { ...change, commandId: origin.commandId }
  const submitted = await ports.orders.submit(orderStream(orderId), [command], contextOf(origin, orderId))
  const [result] = submitted.results
  if (result?.outcome === 'refused') return result.refusal
  const { appendedFrom } = submitted
  const { state, position } = await driveCheckout({ ...origin, orderId }, { appendedFrom, submitted }, ports)
  const refusal = refusalAfter(change, state)
  if (refusal !== undefined) return { code: refusal }
  return state.status === 'none'
    ? { code: 'not_found' }
    : { outcome: 'changed', orderId, status: state.status, position }
}
