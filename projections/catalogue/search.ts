import { type Kysely, type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { skuSchema } from '#domain/values/names.ts'
import { type CursorValues, decodeCursor, type Page, pageOf, type UnknownCursor, unknownCursor } from '../paging.ts'
import type { ReadTables } from '../tables.ts'
import { type TextQuery, textQueries } from './search-text.ts'
import type { CatalogueProduct } from './table.ts'

// One statement answers a search: it finds the products that match words, price and stock, and gives the page, the total
// and the facets over them. A facet counts without its own filter, so that a shopper sees the other choices.

type Reader = Kysely<ReadTables>
type Sql = RawBuilder<unknown>

const facetValuesMax = 20
/** Divides the rank by the length of the document: without that, long descriptions would rank first. */
const divideByLength = 2

export const productSorts = ['relevance', 'price_asc', 'price_desc', 'name', 'newest'] as const
type ProductSort = (typeof productSorts)[number]

export type ProductSearch = {
  readonly query?: string
  readonly brand?: string
  readonly category?: string
  /** Minor units, inclusive. */
  readonly minPrice?: number
  readonly maxPrice?: number
  readonly inStock?: boolean
  readonly sort?: ProductSort
  readonly cursor?: string
  readonly limit: number
}

export type FoundProduct = Pick<
  CatalogueProduct,
  'sku' | 'name' | 'brand' | 'category' | 'image_url' | 'unit_price' | 'currency' | 'available' | 'listed_at'
>
type FacetValue = { readonly value: string; readonly count: number }
export type Facets = {
  readonly brand: readonly FacetValue[]
  readonly category: readonly FacetValue[]
  /** Lowest and highest price of the found products; null if there are none. */
  readonly price: { readonly min: number; readonly max: number } | null
}
/** `matched` is `some` if no product has all words, so products with some of them were found. */
export type FoundProducts = Page<FoundProduct> & {
  readonly total: number
  readonly facets: Facets
  readonly matched: 'all' | 'some'
}

type Ranked = FoundProduct & { readonly rank: number }

/** How a sort orders its rows (with the sku last, so that the order is total), and what its cursor holds. */
type Order = {
  readonly column: Sql
  readonly descending: boolean
  readonly valueOf: (row: Ranked) => string | number
  readonly cursor: z.ZodType<CursorValues>
}

/** Postgres texts cannot contain NUL. */
const textSchema = z.string().refine((text) => !text.includes('\0'))
const rankCursor = z.tuple([z.number(), skuSchema])
const integerCursor = z.tuple([z.int(), skuSchema])
const textCursor = z.tuple([textSchema, skuSchema])

const orders: Readonly<Record<ProductSort, Order>> = {
  relevance: { column: sql`rank`, descending: true, valueOf: ({ rank }) => rank, cursor: rankCursor },
  price_asc: { column: sql`unit_price`, descending: false, valueOf: (row) => row.unit_price, cursor: integerCursor },
  price_desc: { column: sql`unit_price`, descending: true, valueOf: (row) => row.unit_price, cursor: integerCursor },
  name: { column: sql`name`, descending: false, valueOf: ({ name }) => name, cursor: textCursor },
  newest: { column: sql`listed_at`, descending: true, valueOf: (row) => row.listed_at, cursor: integerCursor },
}

const all = (conditions: readonly Sql[]): Sql =>
  conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)

const baseConditions = (search: ProductSearch, text: TextQuery | undefined): Sql => {
  const conditions: Sql[] = [sql`listed_at is not null`, sql`not discontinued`]
  if (text) conditions.push(sql`search @@ ${text}`)
  if (search.minPrice !== undefined) conditions.push(sql`unit_price >= ${search.minPrice}`)
  if (search.maxPrice !== undefined) conditions.push(sql`unit_price <= ${search.maxPrice}`)
  if (search.inStock) conditions.push(sql`available > 0`)
  return all(conditions)
}

const ofBrand = ({ brand }: ProductSearch): Sql => (brand === undefined ? sql`true` : sql`brand = ${brand}`)
const ofCategory = ({ category }: ProductSearch): Sql =>
  category === undefined ? sql`true` : sql`category = ${category}`

const chosen = (search: ProductSearch): Sql => sql`${ofBrand(search)} and ${ofCategory(search)}`

/** The most frequent values of one facet, out of `counted`. */
const facetSql = (column: 'brand' | 'category'): Sql => sql`
  (select coalesce(json_agg(json_build_object('value', value, 'count', count) order by count desc, value), '[]')
   from (select ${sql.ref(column)} as value, ${sql.ref(`${column}_count`)} as count from counted
         where counts = ${sql.lit(column)} and ${sql.ref(column)} is not null and ${sql.ref(`${column}_count`)} > 0
         order by 2 desc, 1 limit ${sql.lit(facetValuesMax)}) as facet)`

/** Counts the total and both facets in one pass over the found products. */
const countedSql = (search: ProductSearch): Sql => sql`
  select brand, category,
    case grouping(brand, category) when 1 then 'brand' when 2 then 'category' else 'all' end as counts,
    count(*) filter (where ${ofCategory(search)}) as brand_count,
    count(*) filter (where ${ofBrand(search)}) as category_count,
    count(*) filter (where ${chosen(search)}) as total,
    min(unit_price) filter (where ${chosen(search)}) as price_min,
    max(unit_price) filter (where ${chosen(search)}) as price_max
  from found group by grouping sets ((brand), (category), ())`

type SearchRow = {
  readonly items: readonly Ranked[]
  readonly total: number
  readonly brand: readonly FacetValue[]
  readonly category: readonly FacetValue[]
  readonly price: { readonly min: number | null; readonly max: number | null }
}

type Statement = {
  readonly search: ProductSearch
  readonly text: TextQuery | undefined
  readonly order: Order
  readonly after: CursorValues | undefined
}

const searchSql = ({ search, text, order, after }: Statement): RawBuilder<SearchRow> => {
  const direction = order.descending ? sql`desc` : sql`asc`
  const [value, sku] = after ?? []
  const beyond = after
    ? sql`(${order.column}, sku) ${order.descending ? sql`<` : sql`>`} (${value}, ${sku})`
    : sql`true`
  const source = text ? sql`join catalogue_texts t using (sku)` : sql``
  const rank = text ? sql`ts_rank(search, ${text}, ${sql.lit(divideByLength)})::float8` : sql`0::float8`
  // With words, ranks are computed once and kept. Without words the page is read from an index.
  const kept = text ? sql`materialized` : sql`not materialized`
  return sql<SearchRow>`
    with found as ${kept} (
      select p.sku, p.name, p.brand, p.category, image_url, unit_price, currency, available, listed_at, ${rank} as rank
      from catalogue_products p ${source} where ${baseConditions(search, text)}),
    counted as materialized (${countedSql(search)}),
    page as (select * from found where ${chosen(search)} and ${beyond}
             order by ${order.column} ${direction}, sku ${direction} limit ${search.limit + 1})
    select
      (select coalesce(json_agg(page order by ${order.column} ${direction}, sku ${direction}), '[]') from page) as items,
      (select total from counted where counts = 'all') as total,
      (select json_build_object('min', price_min, 'max', price_max) from counted where counts = 'all') as price,
      ${facetSql('brand')} as brand,
      ${facetSql('category')} as category`
}

const run = async (db: Reader, statement: Statement): Promise<SearchRow | undefined> =>
  (await searchSql(statement).execute(db)).rows[0]

/**
 * Listed products that are not discontinued. Text ranks by `ts_rank` over name, brand and category, description,
 * attributes, in this order of weight. Answers `unknownCursor` for a cursor of another sort.
 */
export const matchingProducts = async (db: Reader, search: ProductSearch): Promise<FoundProducts | UnknownCursor> => {
  const texts = textQueries(search.query ?? '')
  const order = orders[search.sort ?? (texts.length > 0 ? 'relevance' : 'name')]
  const after = search.cursor === undefined ? undefined : decodeCursor(search.cursor, order.cursor)
  if (search.cursor !== undefined && after === undefined) return unknownCursor
  const tries: ReadonlyArray<TextQuery | undefined> = texts.length > 0 ? texts : [undefined]
  for (const [index, text] of tries.entries()) {
    const row = await run(db, { search, text, order, after })
    const last = index === tries.length - 1
    if (row && (row.total > 0 || last)) {
      const { min, max } = row.price
      return {
        ...pageOf(row.items, search.limit, (item) => [order.valueOf(item), item.sku]),
        total: row.total,
        facets: { brand: row.brand, category: row.category, price: min === null || max === null ? null : { min, max } },
        matched: last && tries.length > 1 ? 'some' : 'all',
      }
    }
  }
  return { items: [], total: 0, facets: { brand: [], category: [], price: null }, matched: 'all' }
}
