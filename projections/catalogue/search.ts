import { type Kysely, type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { type CursorValues, decodeCursor, type Page, pageOf, type UnknownCursor, unknownCursor } from '../paging.ts'
import type { ReadTables } from '../tables.ts'
import { type TextQuery, textQueries } from './search-text.ts'
import type { CatalogueProduct } from './table.ts'

// One statement answers a search: the products that match the words, price and stock, with the page, the total and the
// facets over them. A facet counts without its own filter, so that a shopper sees what else there is to choose.

type Reader = Kysely<ReadTables>
type Sql = RawBuilder<unknown>

const facetValuesMax = 20

export const productSorts = ['relevance', 'price_asc', 'price_desc', 'name', 'newest'] as const
export type ProductSort = (typeof productSorts)[number]

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
export type FacetValue = { readonly value: string; readonly count: number }
export type Facets = {
  readonly brand: readonly FacetValue[]
  readonly category: readonly FacetValue[]
  /** Lowest and highest price of the products found; null when there are none. */
  readonly price: { readonly min: number; readonly max: number } | null
}
/** `matched` says whether all words were found, or only some because no product has them all. */
export type FoundProducts = Page<FoundProduct> & {
  readonly total: number
  readonly facets: Facets
  readonly matched: 'all' | 'some'
}

type Ranked = FoundProduct & { readonly rank: number }

/** How a sort orders its rows, the sku last so that no two rows are alike, and what a cursor of it holds. */
type Order = {
  readonly column: Sql
  readonly descending: boolean
  readonly valueOf: (row: Ranked) => string | number
  readonly cursor: z.ZodType<CursorValues>
}

const numberCursor = z.tuple([z.number(), z.string()])
const textCursor = z.tuple([z.string(), z.string()])

const orders: Readonly<Record<ProductSort, Order>> = {
  relevance: { column: sql`rank`, descending: true, valueOf: ({ rank }) => rank, cursor: numberCursor },
  price_asc: { column: sql`unit_price`, descending: false, valueOf: (row) => row.unit_price, cursor: numberCursor },
  price_desc: { column: sql`unit_price`, descending: true, valueOf: (row) => row.unit_price, cursor: numberCursor },
  name: { column: sql`name`, descending: false, valueOf: ({ name }) => name, cursor: textCursor },
  newest: { column: sql`listed_at`, descending: true, valueOf: (row) => row.listed_at, cursor: numberCursor },
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

const facetSql = (column: 'brand' | 'category', condition: Sql): Sql => sql`
  (select coalesce(json_agg(json_build_object('value', value, 'count', count) order by count desc, value), '[]')
   from (select ${sql.ref(column)} as value, count(*) as count from found
         where ${sql.ref(column)} is not null and ${condition}
         group by 1 order by 2 desc, 1 limit ${sql.lit(facetValuesMax)}) as facet)`

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
  const rank = text ? sql`ts_rank(search, ${text})::float8` : sql`0::float8`
  return sql<SearchRow>`
    with found as materialized (
      select sku, name, brand, category, image_url, unit_price, currency, available, listed_at, ${rank} as rank
      from catalogue_products where ${baseConditions(search, text)}),
    chosen as (select * from found where ${ofBrand(search)} and ${ofCategory(search)}),
    page as (select * from chosen where ${beyond}
             order by ${order.column} ${direction}, sku ${direction} limit ${search.limit + 1})
    select
      (select coalesce(json_agg(page order by ${order.column} ${direction}, sku ${direction}), '[]') from page) as items,
      (select count(*) from chosen) as total,
      (select json_build_object('min', min(unit_price), 'max', max(unit_price)) from chosen) as price,
      ${facetSql('brand', ofCategory(search))} as brand,
      ${facetSql('category', ofBrand(search))} as category`
}

const run = async (db: Reader, statement: Statement): Promise<SearchRow | undefined> =>
  (await searchSql(statement).execute(db)).rows[0]

/**
 * Listed products that are still sold. Text ranks by `ts_rank` over name, brand and category, description, attributes, in
 * this order of weight. Answers `unknownCursor` for a cursor of another sort.
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
