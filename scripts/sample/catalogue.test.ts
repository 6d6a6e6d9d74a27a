import { describe, expect, test } from 'vitest'
import { parseSampleFile, type SampleProduct, sampleProducts } from './catalogue.ts'

const products = sampleProducts()

const repeated = (values: readonly string[]): readonly string[] =>
  values.filter((value, index) => values.indexOf(value) !== index)

const countBy = (value: (product: SampleProduct) => string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const product of products) counts.set(value(product), (counts.get(value(product)) ?? 0) + 1)
  return counts
}

describe('the sample catalogue', () => {
  test('is large enough to search and small enough to load at the first start', () => {
    expect(products.length).toBeGreaterThanOrEqual(280)
    expect(products.length).toBeLessThanOrEqual(330)
  })

  test('has no sku, name or description twice', () => {
    expect(repeated(products.map((product) => product.sku))).toEqual([])
    expect(repeated(products.map((product) => product.name.toLowerCase()))).toEqual([])
    expect(repeated(products.map((product) => product.description.toLowerCase()))).toEqual([])
  })

  test('has at least ten categories, and a page of products in each', () => {
    const counts = countBy((product) => product.category)
    expect(counts.size).toBeGreaterThanOrEqual(10)
    expect([...counts].filter(([, count]) => count < 12)).toEqual([])
  })

  test('has brands worth filtering by', () => {
    const counts = countBy((product) => product.brand)
    expect(counts.size).toBeGreaterThanOrEqual(35)
    expect([...counts].filter(([, count]) => count < 3)).toEqual([])
  })

  test('prices every product in whole cents', () => {
    expect(products.filter(({ price }) => !Number.isSafeInteger(price) || price <= 0)).toEqual([])
    expect(new Set(products.map((product) => product.currency))).toEqual(new Set(['EUR']))
  })

  test('describes every product in 40 to 300 characters and 2 to 6 attributes', () => {
    expect(products.filter(({ description }) => description.length < 40 || description.length > 300)).toEqual([])
    const attributeCount = ({ attributes }: SampleProduct) => Object.keys(attributes).length
    expect(products.filter((product) => attributeCount(product) < 2 || attributeCount(product) > 6)).toEqual([])
  })

  test('has products that are sold out and some that one order sells out', () => {
    expect(products.filter(({ quantity }) => quantity === 0).map(({ sku }) => sku)).toEqual([
      'PED-LUBEWAX',
      'PAN-WHISK25',
    ])
    expect(products.filter(({ quantity }) => quantity === 1 || quantity === 2).length).toBeGreaterThanOrEqual(3)
  })
})

describe('a sample file', () => {
  const kettle = {
    sku: 'KET-1',
    name: 'Kettle',
    brand: 'Kettelby',
    description: 'A kettle that boils one litre of water in three minutes.',
    price: 4990,
    quantity: 3,
    attributes: { capacity: '1 l', colour: 'black' },
  }
  const fileOf = (product: object) => JSON.stringify({ category: 'Kitchen', currency: 'EUR', products: [product] })

  test('gives its products its category and currency', () => {
    expect(parseSampleFile('kitchen.json', fileOf(kettle))).toEqual([
      { ...kettle, category: 'Kitchen', currency: 'EUR' },
    ])
  })

  test.each([
    ['sku', { ...kettle, sku: 'ket 1' }],
    ['description', { ...kettle, description: 'A kettle.' }],
    ['price', { ...kettle, price: 49.9 }],
    ['price', { ...kettle, price: 0 }],
    ['quantity', { ...kettle, quantity: -1 }],
    ['attributes.capacity', { ...kettle, attributes: { capacity: 1 } }],
    ['colour', { ...kettle, colour: 'black' }],
  ])('with a wrong %s is refused by name', (place, product) => {
    const parse = () => parseSampleFile('kitchen.json', fileOf(product))
    expect(parse).toThrow(/^Sample catalogue kitchen\.json: products\.0/)
    expect(parse).toThrow(place)
  })

  test('that is not JSON is refused by name', () => {
    expect(() => parseSampleFile('kitchen.json', '{')).toThrow('Sample catalogue kitchen.json is not JSON')
  })
})
