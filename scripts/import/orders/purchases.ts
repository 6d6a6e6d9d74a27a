import type { RecordedEvent } from '#domain/events.ts'
import type { OrderEvent } from '#domain/order/events.ts'
import { orderEventSchemas } from '#domain/order/events.ts'
import { evolve } from '#domain/order/evolve.ts'
import { initialOrder, type Order, type OrderState } from '#domain/order/state.ts'
import { streamKeyOf } from '#domain/streams.ts'
import { followLog } from '#platform/eventstore/follow-log.ts'
import type { FollowedEntry } from '#platform/eventstore/recorded-event.ts'
import type { ImportTarget } from '../target.ts'
import { invoiceOfPayment } from './ids.ts'

/** An order that this mapping imported, by this run or any before it. */
export type Purchase = {
  readonly orderId: string
  readonly invoice: string
  /** The invoice's date. */
  readonly at: number
  readonly order: Order
}

type Folding = { readonly at: number; state: OrderState }

const isOrderEvent = (entry: FollowedEntry): entry is RecordedEvent<OrderEvent> =>
  'type' in entry && Object.hasOwn(orderEventSchemas, entry.type)

const take = (orders: Map<string, Folding>, customers: ReadonlySet<string>, entry: FollowedEntry) => {
  if (!isOrderEvent(entry)) return
  if (entry.type === 'OrderPlaced' && customers.has(entry.data.customerId))
    orders.set(entry.stream, { at: entry.metadata.occurredAt ?? entry.data.at, state: initialOrder() })
  const folding = orders.get(entry.stream)
  if (folding) folding.state = evolve(folding.state, entry, entry.revision)
}

/** The purchases of these customers, read off the log itself: read models may lag. Keeps these customers' orders alone. */
export const readPurchases = async (
  { client, warn }: ImportTarget,
  mapping: string,
  customers: ReadonlySet<string>,
): Promise<readonly Purchase[]> => {
  const orders = new Map<string, Folding>()
  const stopping = new AbortController()
  const { signal } = stopping
  for await (const { entries, live } of followLog(client, {
    after: 'start',
    streamPrefixes: ['order-'],
    signal,
    warn,
  })) {
    for (const entry of entries) take(orders, customers, entry)
    if (live) break
  }
  stopping.abort()
  return [...orders].flatMap(([stream, { at, state }]) => {
    if (state.status === 'none') return []
    const [attempt] = state.attempts
    const imported = attempt?.phase === 'captured' && attempt.provider === 'import'
    const invoice = imported ? invoiceOfPayment(mapping, attempt.providerObjectId) : undefined
    return invoice === undefined ? [] : [{ orderId: streamKeyOf(stream), invoice, at, order: state }]
  })
}
