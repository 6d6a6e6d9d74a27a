import { productFields } from '#domain/product/events.ts'
import type { Description } from '#domain/product/state.ts'
import { amountMax } from '#domain/values/money.ts'
import { skuInputSchema } from '#domain/values/names.ts'
import { instantOf, minorUnitsOf, textOf, valueAt } from '../fields.ts'
import type { CatalogueMapping, Field } from '../mapping.ts'
import { plainText } from '../plain-text.ts'
import type { Fields } from '../read-records.ts'

export type ProductRecord = {
  readonly sku: string
  readonly description: Description
  /** Minor units. */
  readonly unitPrice: number
  readonly currency: string
  /** The date that decides which record of a sku is the latest; null where the mapping names none. */
  readonly at: number | null
}

/** What a record is left out for, in the words of the final table. */
export type Skipped = { readonly skipped: string }

/** What the domain's own limits allow; longer texts of others are cut. */
const lengthMax = { name: 300, description: 10_000, brand: 120, category: 200, attributeName: 120, attribute: 1_000 }
const attributesMax = 200

const clean = (text: string, max: number): string => plainText(text).slice(0, max).trim()

const optional = (fields: Fields, field: Field | undefined, max: number): string | null =>
  field === undefined ? null : clean(textOf(fields, field), max) || null

const attributesOf = (fields: Fields, field: Field | undefined): Description['attributes'] => {
  const value = field === undefined ? undefined : valueAt(fields, field.field)
  if (typeof value !== 'object' || value === null) return {}
  const entries = Object.entries(value).flatMap(([key, attribute]) => {
    const name = clean(key.replace(field?.remove ?? '', '').replaceAll('_', ' '), lengthMax.attributeName)
    const isPlain = ['string', 'number', 'boolean'].includes(typeof attribute)
    const text = isPlain ? clean(String(attribute), lengthMax.attribute) : ''
    return name === '' || text === '' ? [] : [[name, text] as const]
  })
  return Object.fromEntries(entries.slice(0, attributesMax))
}

const imageUrlOf = (fields: Fields, field: Field | undefined): string | null => {
  const parsed = productFields.imageUrl.safeParse(field === undefined ? '' : textOf(fields, field))
  return parsed.success ? parsed.data : null
}

/** A record as a product, or why it is none. Texts are freed of markup and cut to the catalogue's limits. */
export const productOf = (fields: Fields, mapping: CatalogueMapping): ProductRecord | Skipped => {
  const refused = mapping.where.find(({ field, matches }) => !matches.test(textOf(fields, { field })))
  if (refused) return { skipped: refused.reason }
  const sku = skuInputSchema.safeParse(textOf(fields, mapping.sku))
  if (!sku.success || mapping.skuPattern?.test(sku.data) === false) return { skipped: 'code is no product' }
  const name = clean(textOf(fields, mapping.name), lengthMax.name)
  if (name === '') return { skipped: 'no name' }
  const unitPrice = minorUnitsOf(textOf(fields, { field: mapping.price.field }), mapping.price.unit)
  if (unitPrice === undefined) return { skipped: 'price not readable' }
  if (unitPrice <= 0 || unitPrice > amountMax) return { skipped: 'price not above zero' }
  const at = mapping.latestBy === undefined ? null : instantOf(textOf(fields, mapping.latestBy))
  if (at === undefined) return { skipped: 'date not readable' }
  const description = {
    name,
    description: optional(fields, mapping.description, lengthMax.description),
    brand: optional(fields, mapping.brand, lengthMax.brand),
    category: optional(fields, mapping.category, lengthMax.category),
    attributes: attributesOf(fields, mapping.attributes),
    imageUrl: imageUrlOf(fields, mapping.imageUrl),
  }
  return { sku: sku.data, description, unitPrice, currency: mapping.price.currency, at }
}
