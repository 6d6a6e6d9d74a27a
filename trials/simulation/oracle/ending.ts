import type { Intent, ProviderServer, Refund } from '../provider.ts'
import type { Books } from './books.ts'
import { isRefundReported, netOf, type OrderBook } from './orders.ts'

// The state that every run must reach after the faults have ended and time has passed.

type Ledger = Pick<ProviderServer, 'intents' | 'refunds'>

const intentsOf = ({ intents }: Ledger, orderId: string): readonly Intent[] =>
  [...intents.values()].filter((intent) => intent.orderId === orderId)
const refundsOf = ({ refunds }: Ledger, orderId: string): readonly Refund[] =>
  refunds.filter((refund) => refund.orderId === orderId)

const unfinishedOrder = (order: OrderBook, ledger: Ledger): readonly string[] => {
  const waits: string[] = []
  const { orderId, status, attention } = order
  if (status === 'open' && attention.size === 0) waits.push('is neither sold nor ended')
  if (order.unsettled.size > 0 && !attention.has('stock_settlement_failed'))
    waits.push(`has not written the stock effects of revisions ${[...order.unsettled].join(', ')}`)
  for (const refundId of order.refundsRequested.keys())
    if (!order.refundsAnswered.has(refundId) && !isRefundReported(order, refundId))
      waits.push(`waits for refund ${refundId}`)
  for (const { id, status: state } of intentsOf(ledger, orderId))
    if (state !== 'captured' && state !== 'voided' && attention.size === 0) waits.push(`has ${id} left ${state}`)
  for (const { id, status: state } of refundsOf(ledger, orderId))
    if (state === 'pending') waits.push(`has ${id} pending at the provider`)
  return waits.map((what) => `order ${orderId} (${status}) ${what}`)
}

/** I3: what is not finished and why; empty when everything is finished or needs attention. */
export const unfinished = (books: Books, ledger: Ledger): readonly string[] => [
  ...[...books.orders.values()].flatMap((order) => unfinishedOrder(order, ledger)),
  ...[...books.stock].flatMap(([stream, book]) =>
    [...book.holds()].flatMap(([key, { stage }]) => (stage === 'held' ? [`${stream} still holds ${key}`] : [])),
  ),
]

/** What the provider keeps of an order's money from its other payment objects. */
export const keptOf = (ledger: Ledger, { id, orderId }: Pick<Intent, 'id' | 'orderId'>): number =>
  [...ledger.intents.values()]
    .filter((other) => other.orderId === orderId && other.id !== id && other.status === 'captured')
    .flatMap((other) => [other.amount, ...refundsOf(ledger, orderId).map((one) => givenBack(one, other.id))])
    .reduce((sum, amount) => sum + amount, 0)

const givenBack = ({ intentId, amount, status }: Refund, id: string): number =>
  intentId === id && status !== 'failed' ? -amount : 0

const sameSet = (one: Iterable<string>, other: Iterable<string>): boolean =>
  [...one].sort().join() === [...other].sort().join()

const wrongOrder = (order: OrderBook, books: Books, ledger: Ledger): readonly string[] => {
  const wrong: string[] = []
  const { orderId, status, lines, reservationId, attention } = order
  const captured = intentsOf(ledger, orderId).filter((intent) => intent.status === 'captured')
  const refunded = refundsOf(ledger, orderId).filter((refund) => refund.status === 'refunded')
  if (
    !sameSet(
      order.captured.keys(),
      captured.map(({ id }) => id),
    )
  )
    wrong.push(`the log knows payments ${[...order.captured.keys()]}, the provider ${captured.map(({ id }) => id)}`)
  if (
    !sameSet(
      order.refunded.keys(),
      refunded.map(({ id }) => id),
    )
  )
    wrong.push(`the log knows refunds ${[...order.refunded.keys()]}, the provider ${refunded.map(({ id }) => id)}`)
  const open = lines.filter(({ stream, line }) => books.stock.get(stream)?.hold(reservationId, line)?.stage !== 'ended')
  if (status === 'confirmed') {
    const isLost = lines.some(({ stream, line }) => {
      const hold = books.stock.get(stream)?.hold(reservationId, line)
      return hold?.stage !== 'committed' && hold?.ending !== 'shipped'
    })
    if (isLost) wrong.push('is confirmed without its stock')
    if (order.captured.size !== 1) wrong.push(`is confirmed with ${order.captured.size} payments`)
  } else if (status !== 'open') {
    if (open.length > 0 && !attention.has('stock_settlement_failed'))
      wrong.push(`has ended with ${open.length} open holds`)
    if (netOf(order) !== 0 && !attention.has('refund_failed') && !attention.has('refund_by_hand'))
      wrong.push(`has ended with ${netOf(order)} kept`)
  }
  return wrong.map((what) => `order ${orderId} (${status}): ${what}`)
}

/** Objects that exist twice at the provider, because a call was repeated without reading first. */
const doubles = ({ intents, refunds }: Ledger): readonly string[] => {
  const names = [
    ...[...intents.values()].map(({ orderId, attempt }) => `payment attempt ${attempt} of ${orderId}`),
    ...refunds.flatMap(({ refundId, status }) => (status === 'failed' ? [] : [`refund ${refundId}`])),
  ]
  return names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} has two objects`)
}

/** I1, I2 and the ledgers: what is wrong at the end. */
export const wrongAtEnd = (books: Books, ledger: Ledger): readonly string[] => {
  const sold = new Set(
    [...books.orders.values()].flatMap(({ status, reservationId }) =>
      status === 'cancelled' || status === 'expired' ? [] : [reservationId],
    ),
  )
  const leaked = [...books.stock].flatMap(([stream, book]) =>
    [...book.holds()].flatMap(([key, { stage }]) =>
      stage === 'committed' && !sold.has(key.split('/')[0] ?? '') ? [`${stream}: ${key} is committed to nobody`] : [],
    ),
  )
  return [
    ...[...books.orders.values()].flatMap((order) => wrongOrder(order, books, ledger)),
    ...leaked,
    ...doubles(ledger),
  ]
}
