// Search on real Postgres, over a small shop: ranks, the two fallbacks, filters, facets, and pages that hold every product
// once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodeCursor } from '../paging.ts'
import { levels, recorded } from '../testing/events.ts'
import { createReadDatabase, type TestReadDatabase } from '../testing/read-database.ts'
import { catalogueProjection } from './apply.ts'
import { approximatelyAvailable, priceHistory, productCards } from './queries.ts'
import { type FoundProducts, matchingProducts, type ProductSearch, productSorts } from './search.ts'
import { suggestedProducts } from './suggest.ts'

type Shown = { readonly name: string; readonly brand?: string; readonly category?: string; readonly price: number }
type Listing = Shown & { readonly description?: string; readonly attributes?: Readonly<Record<string, string>> }

const shop: Readonly<Record<string, Listing>> = {
  'TEA-1': { name: 'Red teapot', brand: 'Acme', category: 'Kitchen', price: 2_000, description: 'Brews tea for four.' },
  'TEA-2': { name: 'Tea towel', brand: 'Linen', category: 'Kitchen', price: 500, attributes: { colour: 'red' } },
  'MUG-1': { name: 'Red mug', brand: 'Acme', category: 'Kitchen', price: 900, description: 'Also for the teapot.' },
  'MUG-2': { name: 'Blue mug', brand: 'Linen', category: 'Kitchen', price: 900 },
  'PEN-1': { name: 'Fountain pen', brand: 'Acme', category: 'Office', price: 3_000 },
  'PEN-2': { name: 'Pencil', category: 'Office', price: 100 },
}

let read: TestReadDatabase
beforeAll(async () => {
  read = await createReadDatabase()
  const listed = Object.entries(shop).map(([sku, product], index) => {
    const place = { stream: `product-${sku}`, revision: 0, position: BigInt(index + 1) }
    const { name, price, brand = null, category = null, description = null, attributes = {} } = product
    const text = { name, description, brand, category, attributes, imageUrl: null }
    return recorded(place, 'ProductListed', { ...text, unitPrice: price, currency: 'EUR' })
  })
  await read.project(catalogueProjection, [
    ...listed,
    recorded({ stream: 'stock-MUG-1@MAIN', revision: 0, position: 20n }, 'StockReceived', {
      quantity: 5,
      ...levels(5, 2),
    }),
    recorded({ stream: 'stock-OLD-1@MAIN', revision: 0, position: 21n }, 'StockReceived', {
      quantity: 5,
      ...levels(5),
    }),
    recorded({ stream: 'product-MUG-2', revision: 1, position: 22n }, 'ProductPriced', {
      unitPrice: 950,
      currency: 'EUR',
    }),
  ])
})
afterAll(() => read.db.destroy())

const search = async (wanted: Partial<ProductSearch>): Promise<FoundProducts> => {
  const found = await matchingProducts(read.db, { limit: 10, ...wanted })
  if ('code' in found) throw new Error(found.code)
  return found
}
const skus = ({ items }: FoundProducts) => items.map(({ sku }) => sku)

describe('words', () => {
  test('count most in the name, and least in the attributes', async () => {
    expect(skus(await search({ query: 'teapot' }))).toEqual(['TEA-1', 'MUG-1'])
    expect(skus(await search({ query: 'red' })).at(-1)).toBe('TEA-2')
  })

  test('must all be found', async () => {
    expect(await search({ query: 'red mug' })).toMatchObject({ items: [{ sku: 'MUG-1' }], total: 1, matched: 'all' })
  })

  test('can end with an unfinished one', async () => {
    const found = await search({ query: 'red teap' })
    expect([skus(found).toSorted(), found.matched]).toEqual([['MUG-1', 'TEA-1'], 'all'])
  })

  test('count as finished if the last one is too short for a prefix', async () => {
    expect(await search({ query: 'red te' })).toMatchObject({ total: 3, matched: 'some' })
  })

  test('are enough one by one if no product has them all', async () => {
    const found = await search({ query: 'fountain elephant' })
    expect([skus(found), found.matched]).toEqual([['PEN-1'], 'some'])
  })

  test('with a meaning in SQL or in a text query are plain words', async () => {
    for (const query of ["'; drop table orders; --", 'a & | !', '"unclosed', ':*', '\\', '   ', 'mug\0', '\0'])
      await expect(search({ query })).resolves.toBeDefined()
  })
})

describe('suggestions', () => {
  test('are products with a word that begins as typed, those in stock first', async () => {
    expect(await suggestedProducts(read.db, 'red m', 10)).toEqual([])
    expect(await suggestedProducts(read.db, 'mug', 10)).toEqual([
      { sku: 'MUG-1', name: 'Red mug' },
      { sku: 'MUG-2', name: 'Blue mug' },
    ])
    expect(await suggestedProducts(read.db, 'acme fount', 10)).toEqual([{ sku: 'PEN-1', name: 'Fountain pen' }])
    expect(await suggestedProducts(read.db, 'mug', 1)).toHaveLength(1)
  })
})

describe('filters and facets', () => {
  test('find listed products only, and no discontinued ones', async () => {
    expect((await search({})).total).toBe(6)
    const place = { stream: 'product-PEN-2', revision: 1, position: 30n }
    await read.project(catalogueProjection, [recorded(place, 'ProductDiscontinued', { reason: null })])
    expect((await search({})).total).toBe(5)
    expect(await productCards(read.db, ['PEN-2'])).toMatchObject([{ sku: 'PEN-2', discontinued: true }])
  })

  test('narrow the result by price, stock, brand and category', async () => {
    expect(skus(await search({ minPrice: 900, maxPrice: 950 }))).toEqual(['MUG-2', 'MUG-1'])
    expect(skus(await search({ inStock: true }))).toEqual(['MUG-1'])
    expect(skus(await search({ brand: 'Acme', category: 'Office' }))).toEqual(['PEN-1'])
  })

  test('a facet counts without its own filter and with all others', async () => {
    const { facets, total } = await search({ brand: 'Linen' })
    expect(total).toBe(2)
    expect(facets.brand).toEqual([
      { value: 'Acme', count: 3 },
      { value: 'Linen', count: 2 },
    ])
    expect(facets.category).toEqual([{ value: 'Kitchen', count: 2 }])
    expect(facets.price).toEqual({ min: 500, max: 950 })
    expect((await search({ brand: 'Nobody' })).facets.price).toBeNull()
  })
})

describe('pages', () => {
  test.each(productSorts)('sorted by %s hold every product once', async (sort) => {
    const all = skus(await search({ query: 'red OR pen', sort, limit: 10 }))
    const paged: string[] = []
    let cursor: string | undefined
    do {
      const page = await search({ query: 'red OR pen', sort, limit: 1, ...(cursor === undefined ? {} : { cursor }) })
      paged.push(...skus(page))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(all).toHaveLength(4)
    expect(paged).toEqual(all)
  })

  test.each([
    [1.5, 'MUG-1'],
    [1, 'no sku'],
    [1, 'MUG-1', 2],
    ['\0', 'MUG-1'],
  ])('a cursor of %s and %s is refused', async (...values) => {
    const cursor = encodeCursor(values)
    for (const sort of ['price_asc', 'name'] as const)
      expect(await matchingProducts(read.db, { sort, limit: 1, cursor })).toEqual({ code: 'unknown_cursor' })
  })

  test('refuse a cursor of another sort', async () => {
    const { nextCursor } = await search({ sort: 'name', limit: 1 })
    expect(nextCursor).toBeDefined()
    const wanted = { sort: 'price_asc', limit: 1, cursor: nextCursor ?? '' } as const
    expect(await matchingProducts(read.db, wanted)).toEqual({ code: 'unknown_cursor' })
  })
})

describe('one product', () => {
  test('cards come in the given order, without unknown ones', async () => {
    const cards = await productCards(read.db, ['TEA-2', 'NONE-1', 'OLD-1', 'TEA-1', 'TEA-2'])
    expect(cards).toMatchObject([
      {
        sku: 'TEA-2',
        attributes: { colour: 'red' },
        description: null,
        unit_price: 500,
        price_revision: 0,
        levels: {},
      },
      { sku: 'TEA-1', description: 'Brews tea for four.' },
    ])
  })

  test('availability is what can be reserved over all locations', async () => {
    expect(await approximatelyAvailable(read.db, 'MUG-1')).toBe(3)
    expect(await approximatelyAvailable(read.db, 'NONE-1')).toBe(0)
  })

  test('prices come newest first', async () => {
    expect(await priceHistory(read.db, 'MUG-2')).toEqual([
      { sku: 'MUG-2', revision: 1, unit_price: 950, currency: 'EUR', at: 22 },
      { sku: 'MUG-2', revision: 0, unit_price: 900, currency: 'EUR', at: 4 },
    ])
  })
})
