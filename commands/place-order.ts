import { totalOf } from '#domain/order/answers.ts'
import type { PlaceOrder, RequestPayment } from '#domain/order/commands.ts'
import type { OrderStatus } from '#domain/order/state.ts'
import { orderStream } from '#domain/streams.ts'
import { derivedId, orderIdOf } from '#domain/values/ids.ts'
import { type Instant, secondsAfter } from '#domain/values/instant.ts'
import { orderNumberOf } from '#domain/values/order-number.ts'
import { contextOf, type Origin } from './context.ts'
import type { OrderUseCaseRefusal } from './order-answers.ts'
import type { OrderSubmitted } from './order-stream.ts'
import { type PaymentResult, type PayOrderAnswer, type PayPorts, payKnownOrder, pursuePayment } from './pay-order.ts'
import { providerOfMethod } from './payment-providers.ts'
import type { PersonVault } from './person-vault.ts'
import { type PlacementRequest, placementOf } from './placement.ts'

/** Prices and holds were fixed at the reservation; they come from its token. */
export type PlaceRequest = PlacementRequest & {
  /** If given, the order is paid at once. */
  readonly paymentMethod?: string | undefined
}

export type PlaceOrderAnswer = {
  readonly outcome: 'placed'
  readonly orderId: string
  readonly orderNumber: string
  readonly status: OrderStatus
  readonly total: number
  readonly currency: string
  readonly expiresAt: Instant
  readonly position: bigint
  /** The answer of the payment, if the order was paid at once. After a decline the order is placed and payable. */
  readonly payment: PayOrderAnswer | OrderUseCaseRefusal | null
}

export type PlacePorts = PayPorts & { readonly vault: PersonVault }

/** The origins of the order and of its payment. */
type Origins = { readonly orderId: string; readonly place: Origin; readonly pay: Origin }

/** Nearly every order is placed once, so its stream is read only if the append finds that it exists. */
const presumeNew = { presumeNew: true }

type Placing = { readonly order: OrderSubmitted; readonly payment: PaymentResult | null }

/** Places the order, and then pays it; the payment may have to extend the holds first. */
const placeThenPay = async (
  command: PlaceOrder,
  paymentMethod: string | undefined,
  { orderId, place, pay }: Origins,
  ports: PlacePorts,
): Promise<Placing> => {
  const stream = orderStream(orderId)
  const order = await ports.orders.submit(stream, [command], contextOf(place, orderId), presumeNew)
  if (paymentMethod === undefined || order.results[0]?.outcome === 'refused') return { order, payment: null }
  return { order, payment: await payKnownOrder(order, { orderId, paymentMethod }, pay, ports) }
}

/**
 * Appends the order and its payment request together, which saves an append. Possible only if the holds outlast the payment
 * window without an extension. Undefined if they do not, or if either command was refused.
 */
const placeAndPay = async (
  command: PlaceOrder,
  paymentMethod: string,
  { orderId, place, pay }: Origins,
  ports: PlacePorts,
): Promise<Placing | undefined> => {
  const now = ports.logTime.now()
  const expiresAt = Math.min(...command.lines.map((line) => line.expiresAt))
  if (now === undefined || expiresAt < secondsAfter(now, ports.paymentWindowSeconds)) return undefined
  const provider = providerOfMethod(paymentMethod, ports)
  if (provider === undefined) return undefined
  const { commandId } = pay
  const request: RequestPayment = { type: 'RequestPayment', commandId, provider, paymentMethod, expiresAt }
  const stream = orderStream(orderId)
  const options = { ...presumeNew, atomic: true }
  const order = await ports.orders.submit(stream, [command, request], contextOf(place, orderId), options)
  if (order.results.some(({ outcome }) => outcome === 'refused')) return undefined
  return { order, payment: await pursuePayment(order, { ...pay, orderId }, ports) }
}

/**
 * Whether the payment method belongs to no provider. Asked before anything is appended, so that an order with a wrong payment
 * method is not placed unpaid. An order that exists gets its first answer again, even if its provider was switched off since.
 */
const isUnpayable = async (orderId: string, paymentMethod: string | undefined, ports: PlacePorts): Promise<boolean> => {
  if (paymentMethod === undefined || providerOfMethod(paymentMethod, ports) !== undefined) return false
  return (await ports.orders.read(orderStream(orderId))).state.status === 'none'
}

/** Places the order of a reservation. The same request gets the same answer again, at any time. */
export const placeOrder = async (
  request: PlaceRequest,
  origin: Origin,
  ports: PlacePorts,
): Promise<PlaceOrderAnswer | OrderUseCaseRefusal> => {
  const { reservation, paymentMethod } = request
  const { reservationId, currency, lines } = reservation
  const orderId = orderIdOf(reservationId)
  if (await isUnpayable(orderId, paymentMethod, ports)) return { code: 'payment_method_unavailable' }
  const placement = await placementOf(request, ports.vault)
  const commandId = derivedId('place', orderId, placement.requestHash)
  const command = { type: 'PlaceOrder', commandId, ...placement } as const
  const pay = { ...origin, commandId: derivedId('pay', origin.commandId) }
  const origins = { orderId, place: origin, pay }

  const atOnce = paymentMethod === undefined ? undefined : await placeAndPay(command, paymentMethod, origins, ports)
  const { order, payment } = atOnce ?? (await placeThenPay(command, paymentMethod, origins, ports))
  const [result] = order.results
  if (result?.outcome === 'refused') return result.refusal
  const { state, position } = payment?.order ?? order
  if (state.status === 'none') return { code: 'not_found' }
  const orderNumber = orderNumberOf(orderId)
  const { status, expiresAt } = state
  return {
    outcome: 'placed',
    orderId,
    orderNumber,
    status,
    total: totalOf(lines),
    currency,
    expiresAt,
    position,
    payment: payment?.answer ?? null,
  }
}
