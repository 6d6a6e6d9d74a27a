import type { RecordedEvent } from '#domain/events.ts'
import type { OrderEvent } from '#domain/order/events.ts'
import type { StockEvent } from '#domain/stock/events.ts'
import { orderStream } from '#domain/streams.ts'
import { orderIdOf } from '#domain/values/ids.ts'
import { count, createFindings, type Findings, type InvariantOutcome } from './finding.ts'
import { capturedOf, type OrderRecord, orderPlaced, refundedOf, takeOrderEvent } from './order-record.ts'
import type { HoldRecord } from './stock-oracle.ts'

/** Sweeps come every few seconds: what is due for longer was missed. */
const graceMilliseconds = 60_000
/** What fails for an hour is marked for people; for so long the process may try by itself. */
const patienceMilliseconds = 3_600_000 + graceMilliseconds

export type OrderOracle = {
  readonly takeOrder: (event: RecordedEvent<OrderEvent>) => void
  readonly takeStock: (event: RecordedEvent<StockEvent>) => void
  readonly orders: () => Iterable<readonly [stream: string, order: OrderRecord]>
  /** `at` is the time at the end of the log. */
  readonly outcomes: (at: number, openHolds: Iterable<HoldRecord>) => readonly InvariantOutcome[]
}

const checkConfirmed = (stream: string, order: OrderRecord, committed: number, findings: Findings): void => {
  const captured = [...order.payments.values()].filter((payment) => payment.captured > 0)
  if (captured.length !== 1) findings.add(`${stream}: confirmed with ${captured.length} captured payments`)
  else if (captured[0]?.captured !== order.total)
    findings.add(`${stream}: confirmed for ${order.total}, captured ${captured[0]?.captured}`)
  if (committed !== order.lines)
    findings.add(`${stream}: confirmed with ${committed} of ${order.lines} holds committed`)
}

/** Money that was taken and is neither a sale nor given back, nor on its way back, nor known to need a person. */
const checkMoney = (stream: string, order: OrderRecord, at: number, findings: Findings): void => {
  const waits = order.needsAttention || order.pending.size > 0 || at - order.lastAt < graceMilliseconds
  const unrefunded = [...order.payments.keys()].filter(
    (payment) => capturedOf(order, payment) > refundedOf(order, payment),
  )
  const excess = [...order.payments.keys()].filter((payment) => refundedOf(order, payment) > capturedOf(order, payment))
  for (const payment of excess) findings.add(`${stream}: more was refunded of ${payment} than captured`)
  const allowed = order.status === 'sold' ? 1 : order.status === 'ended' ? 0 : undefined
  if (allowed === undefined || waits || unrefunded.length <= allowed) return
  findings.add(`${stream}: ${order.status}, and ${unrefunded.length} captured payments are not refunded`)
}

/** Why an order is overdue; undefined if it is finished, waits for its customer, or needs attention. */
const overdue = (order: OrderRecord, at: number): string | undefined => {
  if (order.needsAttention || order.waitsForTransfer) return undefined
  const silent = at - order.lastAt
  if (order.pending.size > 0 && silent > patienceMilliseconds) return `${[...order.pending].join(', ')} was never done`
  if (order.status === 'sold' || order.status === 'ended') return undefined
  if (order.attemptOpen || order.waitsUntil === null)
    return silent > patienceMilliseconds ? 'nothing has happened since its payment began' : undefined
  const isUnpaid = order.waitsUntil === order.payBy
  const missed = isUnpaid ? 'its customer did not pay in time, and it calls for nobody' : 'it should have expired'
  return at - order.waitsUntil > graceMilliseconds ? missed : undefined
}

/** Memory: a small record for each order, and the lines committed of those that are not confirmed yet. */
export const createOrderOracle = (): OrderOracle => {
  const orders = new Map<string, OrderRecord>()
  const committed = new Map<string, Set<number>>()
  const sales = createFindings()
  let confirmed = 0

  const takeOrder = (event: RecordedEvent<OrderEvent>): void => {
    if (event.type === 'OrderPlaced') {
      orders.set(event.stream, orderPlaced(event))
      return
    }
    const order = orders.get(event.stream)
    if (order === undefined) {
      sales.add(`${event.stream} revision ${event.revision}, ${event.type}: it was never placed`)
      return
    }
    takeOrderEvent(order, event)
    if (event.type !== 'OrderConfirmed' && order.status !== 'ended') return
    if (event.type === 'OrderConfirmed') {
      confirmed += 1
      checkConfirmed(event.stream, order, committed.get(order.reservationId)?.size ?? 0, sales)
    }
    committed.delete(order.reservationId)
  }

  const takeStock = ({ type, data }: RecordedEvent<StockEvent>): void => {
    if (type === 'ReservationCommitted')
      committed.set(data.reservationId, (committed.get(data.reservationId) ?? new Set()).add(data.line))
    else if (type === 'CommitmentCancelled') committed.get(data.reservationId)?.delete(data.line)
  }

  const outcomes = (at: number, openHolds: Iterable<HoldRecord>): readonly InvariantOutcome[] => {
    const late = createFindings()
    let ended = 0
    for (const [stream, order] of orders) {
      if (order.status === 'ended') ended += 1
      checkMoney(stream, order, at, sales)
      const why = overdue(order, at)
      if (why !== undefined) late.add(`${stream}: ${why}`)
    }
    let holds = 0
    for (const { stream, reservationId, line, stage, expiresAt } of openHolds) {
      holds += 1
      const order = orders.get(orderStream(orderIdOf(reservationId)))
      const settled = order?.status === 'ended' && order.pending.size === 0 && !order.needsAttention
      if (settled)
        sales.add(`${stream}: line ${line} of reservation ${reservationId} is ${stage}, and its order has ended`)
      else if (stage === 'held' && at - expiresAt > graceMilliseconds && order?.needsAttention !== true)
        late.add(`${stream}: line ${line} of reservation ${reservationId} is held past its time`)
    }
    const money = `${count(confirmed)} confirmed, ${count(ended)} ended orders`
    return [
      {
        invariant: 'I2 confirmed is paid once and committed; ended is refunded and let go',
        checked: money,
        findings: sales.all(),
      },
      {
        invariant: 'I3 nothing is overdue',
        checked: `${count(orders.size)} orders, ${count(holds)} open holds`,
        findings: late.all(),
      },
    ]
  }
  return { takeOrder, takeStock, orders: () => orders, outcomes }
}
