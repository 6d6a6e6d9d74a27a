// The products that the first `npm start` lists and stocks, so that a fresh clone has a shop to search and buy from.
// One JSON file a category below products/; each names its category and currency once, for all its products.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { productFields } from '#domain/product/events.ts'
import { positiveAmountSchema } from '#domain/values/money.ts'
import { skuSchema } from '#domain/values/names.ts'

const productsFolder = path.join(import.meta.dirname, 'products')
// Long enough that a full-text search has something to find, short enough for a product card.
const descriptionLengthMin = 40
const descriptionLengthMax = 300

// Unknown keys are refused: a misspelt `attributes` would otherwise vanish in silence.
const sampleFile = z.strictObject({
  category: productFields.category,
  currency: z.literal('EUR'),
  products: z.array(
    z.strictObject({
      sku: skuSchema,
      name: productFields.name,
      brand: productFields.brand,
      description: productFields.description.min(descriptionLengthMin).max(descriptionLengthMax),
      price: positiveAmountSchema,
      quantity: z.int().nonnegative(),
      attributes: productFields.attributes,
    }),
  ),
})

/** A product to list and the stock to receive for it. */
export type SampleProduct = {
  readonly sku: string
  readonly name: string
  readonly brand: string
  /** The category's name as shoppers read it, such as "Coffee & Tea". */
  readonly category: string
  /** One to three sentences of plain text, 40 to 300 characters. */
  readonly description: string
  /** Price of one unit in minor units of `currency` (cents). */
  readonly price: number
  /** ISO 4217. */
  readonly currency: 'EUR'
  /** What facets are made of: name of the property to its value, unit included ("capacity" to "0.9 l"). */
  readonly attributes: Readonly<Record<string, string>>
  /** Units to receive at the first location; 0 is a product listed but not in stock. */
  readonly quantity: number
}

/** The products of one file's text. Throws one line that names the file, the place in it and what is wrong there. */
export const parseSampleFile = (fileName: string, text: string): readonly SampleProduct[] => {
  const parsed = sampleFile.safeParse(parseJson(fileName, text))
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`)
    throw new Error(`Sample catalogue ${fileName}: ${issues.join('; ')}`)
  }
  const { category, currency, products } = parsed.data
  return products.map((product) => ({ ...product, category, currency }))
}

const parseJson = (fileName: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`Sample catalogue ${fileName} is not JSON`, { cause: error })
  }
}

/** Every sample product, category by category in the order of the file names, so that each start lists them alike. */
export const sampleProducts = (): readonly SampleProduct[] => {
  const fileNames = readdirSync(productsFolder).filter((fileName) => fileName.endsWith('.json'))
  return fileNames
    .sort()
    .flatMap((fileName) => parseSampleFile(fileName, readFileSync(path.join(productsFolder, fileName), 'utf8')))
}
