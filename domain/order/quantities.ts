import type { LineQuantity } from './events.ts'
import type { MovedLine, Order } from './state.ts'

/** Units by line number. */
export type Quantities = ReadonlyMap<number, number>

/** Units of a sku, on whichever lines of the order they are. */
export type SkuQuantity = { readonly sku: string; readonly quantity: number }

const totals = (moves: ReadonlyArray<{ readonly lines: readonly LineQuantity[] }>): Quantities => {
  const byLine = new Map<number, number>()
  for (const { line, quantity } of moves.flatMap((move) => move.lines)) {
    byLine.set(line, (byLine.get(line) ?? 0) + quantity)
  }
  return byLine
}

const less = (quantities: Quantities, taken: Quantities): Quantities =>
  new Map([...quantities].map(([line, quantity]) => [line, quantity - (taken.get(line) ?? 0)]))

const ordered = (order: Order): Quantities => new Map(order.lines.map((line) => [line.line, line.quantity]))

export const unshipped = (order: Order): Quantities => less(ordered(order), totals(order.shipments))
export const unreturned = (order: Order): Quantities => less(totals(order.shipments), totals(order.returns))
export const unrefunded = (order: Order): Quantities =>
  less(ordered(order), totals(order.refunds.filter((refund) => refund.phase !== 'failed')))

export const isNothing = (quantities: Quantities): boolean =>
  [...quantities.values()].every((quantity) => quantity <= 0)

/** The lines with units left. */
export const allOf = (quantities: Quantities): readonly LineQuantity[] =>
  [...quantities].filter(([, quantity]) => quantity > 0).map(([line, quantity]) => ({ line, quantity }))

/**
 * Spreads quantities of skus over the lines that have units left, in the order of the lines. Answers `line_not_found` for a
 * sku that the order does not have, `too_many` if fewer units are left than wanted.
 */
export const spread = (
  order: Order,
  wanted: readonly SkuQuantity[],
  available: Quantities,
): readonly LineQuantity[] | 'line_not_found' | 'too_many' => {
  const left = new Map(available)
  const taken = new Map<number, number>()
  for (const { sku, quantity } of wanted) {
    const lines = order.lines.filter((line) => line.sku === sku)
    if (lines.length === 0) return 'line_not_found'
    let missing = quantity
    for (const { line } of lines) {
      const units = Math.max(0, Math.min(missing, left.get(line) ?? 0))
      if (units === 0) continue
      left.set(line, (left.get(line) ?? 0) - units)
      taken.set(line, (taken.get(line) ?? 0) + units)
      missing -= units
    }
    if (missing > 0) return 'too_many'
  }
  return [...taken].sort(([one], [other]) => one - other).map(([line, quantity]) => ({ line, quantity }))
}

/** The moved lines, each with the total of its line over all moves, including the newest. */
export const withTotals = (
  lines: readonly LineQuantity[],
  moves: ReadonlyArray<{ readonly lines: readonly LineQuantity[] }>,
): readonly MovedLine[] => {
  const sums = totals(moves)
  return lines.map(({ line, quantity }) => ({ line, quantity, total: sums.get(line) ?? quantity }))
}
