import type { Charge } from '#platform/stripe/simulator-ledger.ts'
import { fieldOf } from '../shop/field.ts'
import { type Exchange, successOf } from './journal.ts'

/**
 * Compares the provider's ledger with the journal alone. An order has at most one charge that was not fully refunded, the
 * charge is at most the order's total, and no money was taken for an order that no client knows.
 */
export const compareCharges = (exchanges: readonly Exchange[], charges: readonly Charge[]): readonly string[] => {
  const totals = new Map<string, number>()
  for (const { path, answers } of exchanges)
    for (const { status, body } of answers)
      if (path === '/v1/orders' && status === 201)
        totals.set(String(fieldOf(body, 'orderId')), Number(fieldOf(body, 'total')))
  const kept = Map.groupBy(
    charges.filter(({ captured, refunded }) => captured > refunded),
    ({ metadata }) => metadata.orderId ?? 'unknown',
  )
  return [...kept].flatMap(([orderId, ofOrder]) => {
    const total = totals.get(orderId)
    const sum = ofOrder.reduce((all, { captured, refunded }) => all + captured - refunded, 0)
    if (total === undefined) return [`order ${orderId}: charged ${sum}, but no client got this order as an answer`]
    if (ofOrder.length > 1) return [`order ${orderId}: charged ${ofOrder.length} times`]
    return sum > total ? [`order ${orderId}: charged ${sum}, but its total is ${total}`] : []
  })
}

/** The lines of each reservation by its token, from the answers alone. */
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

/** Products of which more units were sold than received. Both are counted from the answers alone. */
export const compareUnits = (exchanges: readonly Exchange[]): readonly string[] => {
  const tokens = linesByToken(exchanges)
  const units = new Map<string, number>()
  const change = (sku: unknown, by: number): void => void units.set(String(sku), (units.get(String(sku)) ?? 0) + by)
  const sold = new Set<string>()
  const cancelled = new Set<string>()
  for (const exchange of exchanges) {
    const body = successOf(exchange)
    if (body === undefined) continue
    const [, sku] = /^\/v1\/stock\/([^/]+)\/receive$/.exec(exchange.path) ?? []
    if (sku !== undefined) change(sku, Number(fieldOf(exchange.body, 'quantity')))
    const [, orderId = '', action] = /^\/v1\/orders\/([^/]+)\/(\w+)$/.exec(exchange.path) ?? []
    if (fieldOf(body, 'status') === 'confirmed') sold.add(orderId)
    if (action === 'cancel') cancelled.add(orderId)
  }
  for (const exchange of exchanges) {
    const orderId = String(fieldOf(successOf(exchange), 'orderId'))
    if (exchange.path !== '/v1/orders' || !sold.has(orderId) || cancelled.has(orderId)) continue
    for (const line of tokens.get(fieldOf(exchange.body, 'reservationToken')) ?? [])
      change(fieldOf(line, 'sku'), -Number(fieldOf(line, 'quantity')))
  }
  return [...units].flatMap(([sku, left]) => (left < 0 ? [`${sku}: ${-left} more units sold than received`] : []))
}
