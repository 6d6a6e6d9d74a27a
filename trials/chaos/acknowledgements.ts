// Compares the journal with the log, by sets and sums alone. Every success that a client received has to be in the log
// (otherwise the acknowledgement is lost). Everything in the log that only a client can have asked for has to be in the journal
// (otherwise it was done twice).
import type { RecordedEvent } from '#domain/events.ts'
import { orderStream } from '#domain/streams.ts'
import { fieldOf } from '../shop/field.ts'
import { type Exchange, isSuccess, successOf } from './journal.ts'

export type AcknowledgementFindings = {
  /** Successes that the log does not contain. */
  readonly lost: readonly string[]
  /** What was done or answered more than once. */
  readonly doubled: readonly string[]
  /** Answers that a correct client must never get. */
  readonly unexpected: readonly string[]
}

/** A correct client never gets these, whichever process is killed. */
const unexpectedStatuses = new Set([400, 401, 403, 404, 422])

/** The event that has to be in the order's stream if a payment was answered with this status. */
const eventOfPaymentStatus: Readonly<Record<string, string>> = {
  confirmed: 'OrderConfirmed',
  authorized: 'PaymentAuthorized',
  declined: 'PaymentDeclined',
  requires_action: 'PaymentActionRequired',
}

const actionOf = (path: string): { readonly orderId: string; readonly action: string } | undefined => {
  const [, orderId = '', action = ''] = /^\/v1\/orders\/([^/]+)\/(\w+)$/.exec(path) ?? []
  return orderId === '' ? undefined : { orderId, action }
}

const neededEvent = (action: string, body: unknown): string | undefined => {
  switch (action) {
    case 'pay':
      return eventOfPaymentStatus[String(fieldOf(body, 'status'))]
    case 'confirm':
      return 'OrderConfirmed'
    case 'cancel':
      return 'OrderCancelled'
    case 'ship':
      return 'OrderShipped'
    case 'refund':
      return 'RefundRequested'
    default:
      return undefined
  }
}

/** Successes under one key that name different orders or reservations. */
const differentAnswers = ({ key, path, answers }: Exchange): readonly string[] => {
  const ids = answers
    .filter(isSuccess)
    .map(
      ({ body }) => `order ${String(fieldOf(body, 'orderId'))}, reservation ${String(fieldOf(body, 'reservationId'))}`,
    )
  const distinct = [...new Set(ids)]
  return distinct.length > 1 ? [`${path} under key ${key} has different answers: ${distinct.join('; ')}`] : []
}

const count = (counts: Map<string, number>, name: string, by = 1): void =>
  void counts.set(name, (counts.get(name) ?? 0) + by)

/** What the log contains, by the names that the answers use. */
const indexLog = (events: Iterable<RecordedEvent>) => {
  const index = {
    holds: new Map<string, number>(),
    orderEvents: new Map<string, number>(),
    unitsReceived: new Map<string, number>(),
    placed: new Set<string>(),
  }
  for (const event of events) {
    if (event.type === 'StockReserved') count(index.holds, `${event.data.reservationId}/${event.data.line}`)
    if (event.type === 'StockReceived') count(index.unitsReceived, event.stream, event.data.quantity)
    if (event.type === 'OrderPlaced') index.placed.add(event.stream)
    if (event.stream.startsWith('order-')) count(index.orderEvents, `${event.stream} ${event.type}`)
  }
  return index
}

type LogIndex = ReturnType<typeof indexLog>

const lostHolds = (body: unknown, { holds }: LogIndex): readonly string[] => {
  const reservationId = String(fieldOf(body, 'reservationId'))
  const lines = fieldOf(body, 'lines')
  return (Array.isArray(lines) ? [...lines.keys()] : [0]).flatMap((line) => {
    const times = holds.get(`${reservationId}/${line}`) ?? 0
    if (times === 1) return []
    return [`reservation ${reservationId}, line ${line}: answered with success, but ${times} times in the log`]
  })
}

const lostBy = (exchange: Exchange, index: LogIndex): readonly string[] => {
  const { path } = exchange
  const body = successOf(exchange)
  if (body === undefined) return []
  if (path === '/v1/reservations') return lostHolds(body, index)
  if (path === '/v1/orders') {
    const stream = orderStream(String(fieldOf(body, 'orderId')))
    const times = index.orderEvents.get(`${stream} OrderPlaced`) ?? 0
    return times === 1 ? [] : [`${stream}: answered as placed, but ${times} times in the log`]
  }
  const found = actionOf(path)
  const needed = found && neededEvent(found.action, body)
  if (found === undefined || needed === undefined) return []
  const stream = orderStream(found.orderId)
  return index.orderEvents.has(`${stream} ${needed}`)
    ? []
    : [`${stream}: ${found.action} was answered with success, but the log has no ${needed}`]
}

/** Only the clients ship orders and receive stock, so the log has to have as many shipments and units as their successes. */
const differentCounts = (exchanges: readonly Exchange[], index: LogIndex): readonly string[] => {
  const shipments = new Map<string, number>()
  const unitsReceived = new Map<string, number>()
  for (const exchange of exchanges) {
    if (successOf(exchange) === undefined) continue
    const found = actionOf(exchange.path)
    if (found?.action === 'ship') count(shipments, `${orderStream(found.orderId)} OrderShipped`)
    const [, sku] = /^\/v1\/stock\/([^/]+)\/receive$/.exec(exchange.path) ?? []
    if (sku !== undefined) count(unitsReceived, `stock-${sku}@MAIN`, Number(fieldOf(exchange.body, 'quantity')))
  }
  const differences = (answered: ReadonlyMap<string, number>, logged: ReadonlyMap<string, number>) =>
    [...answered].flatMap(([name, times]) =>
      logged.get(name) === times ? [] : [`${name}: ${times} by the answers, ${logged.get(name) ?? 0} by the log`],
    )
  return [...differences(shipments, index.orderEvents), ...differences(unitsReceived, index.unitsReceived)]
}

/** Orders in the log that no answer named, though every client repeated its request until it was answered. */
const unansweredOrders = (exchanges: readonly Exchange[], { placed }: LogIndex): readonly string[] => {
  const answered = new Set(exchanges.map((exchange) => orderStream(String(fieldOf(successOf(exchange), 'orderId')))))
  return [...placed]
    .filter((stream) => !answered.has(stream))
    .map((stream) => `${stream}: in the log, but no client got it as an answer`)
}

export const compareAcknowledgements = (
  exchanges: readonly Exchange[],
  events: Iterable<RecordedEvent>,
): AcknowledgementFindings => {
  const index = indexLog(events)
  return {
    lost: exchanges.flatMap((exchange) => lostBy(exchange, index)),
    doubled: [
      ...exchanges.flatMap(differentAnswers),
      ...differentCounts(exchanges, index),
      ...unansweredOrders(exchanges, index),
    ],
    unexpected: exchanges.flatMap(({ path, key, answers }) =>
      answers
        .filter(({ status }) => unexpectedStatuses.has(status) || (status >= 500 && status !== 503))
        .map(({ status, body }) => `${path} under key ${key} was answered ${status}: ${JSON.stringify(body)}`),
    ),
  }
}
