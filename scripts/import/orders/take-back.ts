import { assert } from '#domain/assert.ts'
import type { Order, OrderState, Unsettled } from '#domain/order/state.ts'
import { orderStream, stockStream } from '#domain/streams.ts'
import { derivedId } from '#domain/values/ids.ts'
import { actor, type ImportTarget } from '../target.ts'
import type { Match } from './match.ts'

// A match becomes a return and its refund in one append to the order, then the units are back in stock, and the order
// knows it: in this order, because the order's own event is the decision.

type ReturnedUnits = Extract<Unsettled, { readonly kind: 'return' }>

const restock = async (
  world: ImportTarget,
  { orderId, order, item }: { readonly orderId: string; readonly order: Order; readonly item: ReturnedUnits },
  at: number,
): Promise<void> => {
  const { revision } = item.since
  const context = { correlationId: orderId, causationId: derivedId('effect', orderId, revision), actor, occurredAt: at }
  const cause = { orderId, revision }
  await Promise.all(
    item.lines.map(async ({ line, quantity, total }) => {
      const sold = order.lines.find((one) => one.line === line)
      assert(sold !== undefined, `line ${line} was returned but is not of order ${orderId}`)
      // The checkout process derives the same id: whoever comes second finds it done.
      const commandId = derivedId('effect', orderId, revision, line)
      const named = { commandId, reservationId: order.reservationId, line, cause }
      const moved = { type: 'ReturnStock', quantity, returnedTotal: total, restock: item.restock } as const
      await world.stock.submit(stockStream(sold.sku, sold.location), [{ ...named, ...moved }], context)
    }),
  )
  const commandId = derivedId('settle', orderId, revision)
  await world.orders.submit(orderStream(orderId), [{ type: 'SettleStock', commandId, revision }], context)
}

const settleReturns = async (world: ImportTarget, orderId: string, order: OrderState, at: number): Promise<void> => {
  if (order.status === 'none') return
  for (const item of order.unsettled) if (item.kind === 'return') await restock(world, { orderId, order, item }, at)
}

/** Takes back what a cancelled line matched, at the price of the purchase. Answers why not where the order refuses it. */
export const takeBack = async (world: ImportTarget, match: Match): Promise<string | undefined> => {
  const { cancellation, orderId, commandId, quantity } = match
  const { at, sku, invoice } = cancellation
  const stream = orderStream(orderId)
  if (match.before) {
    const { state } = await world.orders.read(stream)
    await settleReturns(world, orderId, state, at)
    return undefined
  }
  const lines = [{ sku, quantity }]
  const reason = `cancelled by invoice ${invoice}`
  const submitted = await world.orders.submit(
    stream,
    [
      { type: 'ReturnOrder', commandId, lines, restock: true, reason },
      { type: 'RefundOrder', commandId: derivedId('refund', commandId), scope: { type: 'lines', lines }, reason },
    ],
    { correlationId: orderId, causationId: commandId, actor, occurredAt: at },
    { atomic: true },
  )
  const [first] = submitted.results
  if (first?.outcome === 'refused') return first.refusal.code
  await settleReturns(world, orderId, submitted.state, at)
  return undefined
}
