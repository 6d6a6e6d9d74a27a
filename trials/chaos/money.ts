import type { Charge } from '#platform/stripe/simulator-ledger.ts'
import { fieldOf } from '../shop/field.ts'
import type { Exchange } from './journal.ts'

/** By the provider's book and the journal alone: one charge an order, none without an order, none above its total. */
export const compareCharges = (exchanges: readonly Exchange[], charges: readonly Charge[]): readonly string[] => {
  const totals = new Map<string, number>()
  for (const { path, answers } of exchanges)
    for (const { status, body } of answers)
      if (path === '/v1/orders' && status === 201)
        totals.set(String(fieldOf(body, 'orderId')), Number(fieldOf(body, 'total')))
  const kept = Map.groupBy(
    charges.filter(({ captured, refunded }) => captured > refunded),
    ({ metadata }) => metadata.orderId ?? 'no order',
  )
  return [...kept].flatMap(([orderId, taken]) => {
    const total = totals.get(orderId)
    const sum = taken.reduce((all, { captured, refunded }) => all + captured - refunded, 0)
    if (total === undefined) return [`${orderId}: ${sum} was taken, and nobody was told of such an order`]
    if (taken.length > 1) return [`${orderId}: charged ${taken.length} times`]
    return sum > total ? [`${orderId}: ${sum} was taken of a total of ${total}`] : []
  })
}

const successOf = ({ answers }: Exchange): unknown => answers.find(({ status }) => status < 300)?.body

/** What each reservation token stands for, by the answers alone. */
const linesByToken = (exchanges: readonly Exchange[]): ReadonlyMap<unknown, readonly unknown[]> =>
  new Map(
    exchanges.flatMap((exchange) => {
      const body = successOf(exchange)
      const lines = fieldOf(body, 'lines')
      return exchange.path === '/v1/reservations' && Array.isArray(lines)
        ? [[fieldOf(body, 'reservationToken'), lines] as const]
        : []
    }),
  )

/** Units that were sold by the answers alone, against what was received by the answers alone. */
export const compareUnits = (exchanges: readonly Exchange[]): readonly string[] => {
  const tokens = linesByToken(exchanges)
  const units = new Map<string, number>()
  const change = (sku: unknown, by: number): void => void units.set(String(sku), (units.get(String(sku)) ?? 0) + by)
  const sold = new Set<string>()
  const ended = new Set<string>()
  for (const exchange of exchanges) {
    const body = successOf(exchange)
    if (body === undefined) continue
    const [, sku] = /^\/v1\/stock\/([^/]+)\/receive$/.exec(exchange.path) ?? []
    if (sku !== undefined) change(sku, Number(fieldOf(exchange.body, 'quantity')))
    const [, orderId = '', action] = /^\/v1\/orders\/([^/]+)\/(\w+)$/.exec(exchange.path) ?? []
    if (fieldOf(body, 'status') === 'confirmed') sold.add(orderId)
    if (action === 'cancel') ended.add(orderId)
  }
  for (const exchange of exchanges) {
    const orderId = String(fieldOf(successOf(exchange), 'orderId'))
    if (exchange.path !== '/v1/orders' || !sold.has(orderId) || ended.has(orderId)) continue
    for (const line of tokens.get(fieldOf(exchange.body, 'reservationToken')) ?? [])
      change(fieldOf(line, 'sku'), -Number(fieldOf(line, 'quantity')))
  }
  return [...units].flatMap(([sku, left]) => (left < 0 ? [`${sku}: ${-left} units were sold that never came in`] : []))
}
