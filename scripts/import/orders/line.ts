import { skuInputSchema } from '#domain/values/names.ts'
import { quantityMax } from '#domain/values/quantity.ts'
import { instantOf, minorUnitsOf, textOf, wholeNumberOf } from '../fields.ts'
import type { OrdersMapping } from '../mapping.ts'
import type { Fields } from '../read-records.ts'

/** One record of an order file: units of one sku on one invoice. */
export type SaleLine = {
  readonly type: 'sale'
  readonly invoice: string
  readonly sku: string
  readonly quantity: number
  /** Minor units: the line's own price, whatever the catalogue says. */
  readonly unitPrice: number
  readonly at: number
  readonly email: string
  readonly country: string
}

/** Units taken back; which purchase they are of is found later. */
export type CancellationLine = {
  readonly type: 'cancellation'
  readonly invoice: string
  readonly sku: string
  readonly quantity: number
  readonly at: number
  readonly email: string
}

export type SkippedLine = { readonly type: 'skipped'; readonly invoice: string; readonly reason: string }

const skipped = (invoice: string, reason: string): SkippedLine => ({ type: 'skipped', invoice, reason })

const emailOf = (fields: Fields, mapping: OrdersMapping, invoice: string): string => {
  const customer = textOf(fields, mapping.customer)
  const known = mapping.email.replaceAll('{customer}', customer)
  const unknown = mapping.emailWithoutCustomer
  return (customer === '' ? unknown : known).replaceAll('{invoice}', invoice).toLowerCase()
}

const skuOf = (fields: Fields, mapping: OrdersMapping): string | undefined => {
  const parsed = skuInputSchema.safeParse(textOf(fields, mapping.sku))
  return parsed.success && mapping.skuPattern?.test(parsed.data) !== false ? parsed.data : undefined
}

const cancellationOf = (fields: Fields, mapping: OrdersMapping, invoice: string): CancellationLine | SkippedLine => {
  const sku = skuOf(fields, mapping)
  if (sku === undefined) return skipped(invoice, 'cancellation of no goods')
  if (textOf(fields, mapping.customer) === '') return skipped(invoice, 'cancellation without a customer')
  const quantity = wholeNumberOf(textOf(fields, mapping.quantity))
  if (quantity === undefined) return skipped(invoice, 'quantity not readable')
  if (quantity >= 0 || -quantity > quantityMax) return skipped(invoice, 'cancellation that takes nothing back')
  const at = instantOf(textOf(fields, mapping.date))
  if (at === undefined) return skipped(invoice, 'date not readable')
  return { type: 'cancellation', invoice, sku, quantity: -quantity, at, email: emailOf(fields, mapping, invoice) }
}

/** What a record says, or why it is left out; the reasons are looked for in this order. */
export const lineOf = (fields: Fields, mapping: OrdersMapping): SaleLine | CancellationLine | SkippedLine => {
  const invoice = textOf(fields, mapping.invoice)
  if (invoice === '' || invoice.length > 100) return skipped(invoice, 'no invoice')
  if (mapping.cancellationPattern.test(invoice)) return cancellationOf(fields, mapping, invoice)
  const quantity = wholeNumberOf(textOf(fields, mapping.quantity))
  if (quantity === undefined) return skipped(invoice, 'quantity not readable')
  if (quantity <= 0 || quantity > quantityMax) return skipped(invoice, 'quantity not above zero')
  const unitPrice = minorUnitsOf(textOf(fields, { field: mapping.price.field }), mapping.price.unit)
  if (unitPrice === undefined) return skipped(invoice, 'price not readable')
  if (unitPrice <= 0) return skipped(invoice, 'price not above zero')
  const sku = skuOf(fields, mapping)
  if (sku === undefined) return skipped(invoice, 'code is no product')
  const at = instantOf(textOf(fields, mapping.date))
  if (at === undefined) return skipped(invoice, 'date not readable')
  const country = mapping.countries[textOf(fields, mapping.country)]
  if (country === undefined) return skipped(invoice, 'country not in the mapping')
  return { type: 'sale', invoice, sku, quantity, unitPrice, at, email: emailOf(fields, mapping, invoice), country }
}
