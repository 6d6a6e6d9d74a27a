import { orderLinesMax } from '#domain/order/events.ts'
import type { SaleLine } from './line.ts'

export type InvoiceLine = {
  /** From 0, in the order of the file. */
  readonly line: number
  readonly sku: string
  readonly quantity: number
  readonly unitPrice: number
  /** Records that were summed into it. */
  readonly records: number
}

/** What becomes one order. Date, customer and country are those of its first line. */
export type Invoice = {
  readonly invoice: string
  readonly at: number
  readonly email: string
  readonly country: string
  readonly lines: readonly InvoiceLine[]
}

/** Lines of one sku at one price are summed; at two prices they stay two lines. More lines than an order holds: undefined. */
export const invoiceOf = (sales: readonly SaleLine[]): Invoice | undefined => {
  const [first] = sales
  if (first === undefined) return undefined
  const summed = Map.groupBy(sales, ({ sku, unitPrice }) => `${sku} ${unitPrice}`)
  if (summed.size > orderLinesMax) return undefined
  const { invoice, at, email, country } = first
  const lines = [...summed.values()].flatMap(([sale, ...others], line) => {
    if (sale === undefined) return []
    const { sku, unitPrice } = sale
    const quantity = others.reduce((sum, other) => sum + other.quantity, sale.quantity)
    return [{ line, sku, quantity, unitPrice, records: others.length + 1 }]
  })
  return { invoice, at, email, country, lines }
}
