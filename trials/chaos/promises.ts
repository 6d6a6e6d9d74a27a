// Every success that a client was told is looked for in the log (a promise kept), and everything of the log that only a
// client can have asked for has to be answered for in the journal (nothing done twice). Sets and sums alone.
import type { RecordedEvent } from '#domain/events.ts'
import { orderStream } from '#domain/streams.ts'
import { fieldOf } from '../shop/field.ts'
import type { Exchange } from './journal.ts'

export type Promises = {
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly odd: readonly string[]
}

const isSuccess = ({ status }: { readonly status: number }): boolean => status >= 200 && status < 300

/** Answers that a correct client never gets, whatever dies under it. */
const oddStatuses = new Set([400, 401, 403, 404, 422])

const successOf = ({ answers }: Exchange): unknown => answers.find(isSuccess)?.body

/** What an order must have come to for this answer to be true. */
const eventBehind: Readonly<Record<string, string>> = {
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
      return eventBehind[String(fieldOf(body, 'status'))]
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

/** Answers to one key have to be one answer. */
const differing = ({ key, path, answers }: Exchange): readonly string[] => {
  const ids = answers
    .filter(isSuccess)
    .map(({ body }) => `${String(fieldOf(body, 'orderId'))} ${String(fieldOf(body, 'reservationId'))}`)
  return new Set(ids).size > 1 ? [`${path} under ${key}: ${[...new Set(ids)].join(' and ')}`] : []
}

const count = (counts: Map<string, number>, name: string, by = 1): void =>
  void counts.set(name, (counts.get(name) ?? 0) + by)

/** Holds, orders and units of the log, by what the client knows them by. */
const logIndex = (events: Iterable<RecordedEvent>) => {
  const index = {
    holds: new Map<string, number>(),
    ofOrders: new Map<string, number>(),
    received: new Map<string, number>(),
    placed: new Set<string>(),
  }
  for (const event of events) {
    if (event.type === 'StockReserved') count(index.holds, `${event.data.reservationId}/${event.data.line}`)
    if (event.type === 'StockReceived') count(index.received, event.stream, event.data.quantity)
    if (event.type === 'OrderPlaced') index.placed.add(event.stream)
    if (event.stream.startsWith('order-')) count(index.ofOrders, `${event.stream} ${event.type}`)
  }
  return index
}

type Index = ReturnType<typeof logIndex>

const checkReserved = (body: unknown, { holds }: Index): readonly string[] => {
  const reservationId = String(fieldOf(body, 'reservationId'))
  const lines = fieldOf(body, 'lines')
  return (Array.isArray(lines) ? [...lines.keys()] : [0]).flatMap((line) => {
    const times = holds.get(`${reservationId}/${line}`) ?? 0
    return times === 1 ? [] : [`reservation ${reservationId}, line ${line}: answered once, ${times} times in the log`]
  })
}

const lostBy = ({ path, ...exchange }: Exchange, index: Index): readonly string[] => {
  const body = successOf({ path, ...exchange })
  if (body === undefined) return []
  if (path === '/v1/reservations') return checkReserved(body, index)
  if (path === '/v1/orders') {
    const stream = orderStream(String(fieldOf(body, 'orderId')))
    return index.ofOrders.get(`${stream} OrderPlaced`) === 1 ? [] : [`${stream}: it was placed, says its answer`]
  }
  const found = actionOf(path)
  const needed = found && neededEvent(found.action, body)
  if (found === undefined || needed === undefined) return []
  const stream = orderStream(found.orderId)
  return index.ofOrders.has(`${stream} ${needed}`)
    ? []
    : [`${stream}: ${found.action} succeeded, and there is no ${needed}`]
}

/** Parcels and units received are asked for by nobody but the driver: as many as it was told, not one more. */
const countedTwice = (exchanges: readonly Exchange[], index: Index): readonly string[] => {
  const shipped = new Map<string, number>()
  const received = new Map<string, number>()
  for (const exchange of exchanges) {
    if (successOf(exchange) === undefined) continue
    const found = actionOf(exchange.path)
    if (found?.action === 'ship') count(shipped, `${orderStream(found.orderId)} OrderShipped`)
    const [, sku] = /^\/v1\/stock\/([^/]+)\/receive$/.exec(exchange.path) ?? []
    if (sku !== undefined) count(received, `stock-${sku}@MAIN`, Number(fieldOf(exchange.body, 'quantity')))
  }
  const differences = (told: ReadonlyMap<string, number>, found: ReadonlyMap<string, number>) =>
    [...told].flatMap(([name, times]) =>
      found.get(name) === times ? [] : [`${name}: ${times} by the answers, ${found.get(name) ?? 0} by the log`],
    )
  return [...differences(shipped, index.ofOrders), ...differences(received, index.received)]
}

/** Orders that nobody was told of, though every client asked until it was answered. */
const unasked = (exchanges: readonly Exchange[], { placed }: Index): readonly string[] => {
  const told = new Set(exchanges.map((exchange) => orderStream(String(fieldOf(successOf(exchange), 'orderId')))))
  return [...placed].filter((stream) => !told.has(stream)).map((stream) => `${stream}: nobody was told of this order`)
}

export const comparePromises = (exchanges: readonly Exchange[], events: Iterable<RecordedEvent>): Promises => {
  const index = logIndex(events)
  return {
    lost: exchanges.flatMap((exchange) => lostBy(exchange, index)),
    doubled: [...exchanges.flatMap(differing), ...countedTwice(exchanges, index), ...unasked(exchanges, index)],
    odd: exchanges.flatMap(({ path, key, answers }) =>
      answers
        .filter(({ status }) => oddStatuses.has(status) || (status >= 500 && status !== 503))
        .map(({ status, body }) => `${path} under ${key} was answered ${status}: ${JSON.stringify(body)}`),
    ),
  }
}
