import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { errorText } from '#domain/error-text.ts'
import { countrySchema, currencySchema } from '#domain/values/money.ts'

// A mapping says where a file of somebody else's has what Holdfast needs; docs/import.md describes it for people.

const builtIn = ['online-retail', 'icecat'] as const

const pattern = z
  .string()
  .max(500)
  .transform((text, context): RegExp => {
    try {
      return new RegExp(text)
    } catch {
      context.addIssue({ code: 'custom', message: `not a regular expression: ${text}` })
      return z.NEVER
    }
  })

/** A field by its name (a path with dots, in JSON), with what is to be cut from its text. */
const field = z
  .union([z.string().min(1), z.strictObject({ field: z.string().min(1), remove: pattern.optional() })])
  .transform((value): { readonly field: string; readonly remove?: RegExp | undefined } =>
    typeof value === 'string' ? { field: value } : value,
  )
export type Field = z.infer<typeof field>

/** `major`: decimal text such as 2.55; `minor`: whole cents. */
const price = z.strictObject({ field: z.string().min(1), unit: z.enum(['major', 'minor']), currency: currencySchema })
export type PriceField = z.infer<typeof price>

const sku = { sku: field, skuPattern: pattern.optional() }

const catalogueSchema = z.strictObject({
  ...sku,
  name: field,
  description: field.optional(),
  brand: field.optional(),
  category: field.optional(),
  imageUrl: field.optional(),
  /** A field that holds an object; what `remove` matches is cut from its keys. */
  attributes: field.optional(),
  price,
  /** Records count only where each of these fields matches. */
  where: z
    .array(z.strictObject({ field: z.string().min(1), matches: pattern, reason: z.string().min(1).max(120) }))
    .default([]),
  /** Of several records with one sku, the one with the latest date in this field is taken; without it, the last. */
  latestBy: field.optional(),
})
export type CatalogueMapping = z.infer<typeof catalogueSchema>

const ordersSchema = z.strictObject({
  ...sku,
  invoice: field,
  /** Invoices that take back what others sold. */
  cancellationPattern: pattern,
  quantity: field,
  price,
  date: field,
  customer: field,
  /** `{customer}` and `{invoice}` are filled in. */
  email: z.string().includes('{customer}'),
  emailWithoutCustomer: z.string().includes('{invoice}'),
  country: field,
  /** ISO 3166-1 codes of the countries as the file names them. */
  countries: z.record(z.string(), countrySchema),
})
export type OrdersMapping = z.infer<typeof ordersSchema>

const mappingSchema = z.strictObject({
  /** Part of every id that the import derives: two mappings never meet. */
  name: z.string().regex(/^[a-z0-9-]{1,40}$/, 'lower-case letters, digits and dashes, at most 40'),
  format: z.enum(['csv', 'jsonl']),
  catalogue: catalogueSchema.optional(),
  orders: ordersSchema.optional(),
})
export type Mapping = z.infer<typeof mappingSchema> & {
  /** The file as it stands: an import is known by it. */
  readonly source: string
}

const fileOf = (nameOrFile: string): string =>
  builtIn.some((name) => name === nameOrFile)
    ? path.join(import.meta.dirname, 'mappings', `${nameOrFile}.json`)
    : nameOrFile

/** Reads a mapping by its built-in name or from a file. Throws one line that says what is wrong and where. */
export const readMapping = (nameOrFile: string): Mapping => {
  const file = fileOf(nameOrFile)
  let source: string
  try {
    source = readFileSync(file, 'utf8')
  } catch {
    throw new Error(`--map takes ${builtIn.join(', ')} or a file, not "${nameOrFile}".`)
  }
  return parseMapping(source, file)
}

export const parseMapping = (source: string, file: string): Mapping => {
  let json: unknown
  try {
    json = JSON.parse(source)
  } catch (error) {
    throw new Error(`${file}: not JSON: ${errorText(error)}`)
  }
  const parsed = mappingSchema.safeParse(json)
  if (parsed.success) return { ...parsed.data, source }
  const [issue] = parsed.error.issues
  throw new Error(`${file}: ${issue?.path.join('.') || 'the mapping'}: ${issue?.message}`)
}
