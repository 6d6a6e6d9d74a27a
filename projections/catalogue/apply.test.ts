import { expect, test } from 'vitest'
import { rowsAfter } from '../testing/apply.ts'
import { levels, recorded } from '../testing/events.ts'
import { catalogueProjection } from './apply.ts'
import { availabilityTable, priceTable, productTable, textTable } from './table.ts'

const at = (revision: number) => ({ stream: 'product-MUG-1', revision, position: BigInt((revision + 1) * 10) })
const text = { description: 'Holds tea.', brand: 'Acme', category: 'Kitchen', attributes: { colour: 'red' } }
const imageUrl = 'https://images.example/mug.jpg'
const listed = recorded(at(0), 'ProductListed', { name: 'Mug', ...text, imageUrl, unitPrice: 995, currency: 'EUR' })
const priced = recorded(at(1), 'ProductPriced', { unitPrice: 895, currency: 'EUR' }, { occurredAt: 15 })
const described = recorded(at(2), 'ProductDescribed', { name: 'Big mug', ...text, brand: null, imageUrl: null })
const discontinued = recorded(at(3), 'ProductDiscontinued', { reason: null })

test('a product has the values of its last events', () => {
  const entries = [listed, priced, described, discontinued]
  expect(rowsAfter(catalogueProjection, entries, productTable)).toEqual([
    {
      sku: 'MUG-1',
      name: 'Big mug',
      brand: null,
      category: 'Kitchen',
      image_url: null,
      unit_price: 895,
      currency: 'EUR',
      price_revision: 1,
      discontinued: true,
      listed_at: 10,
      updated_at: 40,
    },
  ])
  expect(rowsAfter(catalogueProjection, entries, textTable)).toEqual([
    { sku: 'MUG-1', name: 'Big mug', ...text, brand: null },
  ])
})

test('every price is kept, from its business time', () => {
  expect(rowsAfter(catalogueProjection, [listed, priced], priceTable)).toEqual([
    { sku: 'MUG-1', revision: 0, unit_price: 995, currency: 'EUR', at: 10 },
    { sku: 'MUG-1', revision: 1, unit_price: 895, currency: 'EUR', at: 15 },
  ])
})

test('a product that was never listed cannot change', () => {
  expect(() => rowsAfter(catalogueProjection, [priced], productTable)).toThrow('never listed: MUG-1')
})

const stock = (location: string, revision: number, position: bigint) => ({
  stream: `stock-MUG-1@${location}`,
  revision,
  position,
})

test('availability is the sum over locations minus safety stock, and can come before the product', () => {
  const entries = [
    recorded(stock('MAIN', 0, 10n), 'StockReceived', { quantity: 10, ...levels(10) }),
    recorded(stock('EAST', 0, 20n), 'StockReceived', { quantity: 4, ...levels(4, 1, 1) }),
    recorded(stock('MAIN', 1, 30n), 'SafetyStockSet', { quantity: 3, ...levels(10) }),
    recorded(stock('EAST', 1, 40n), 'SafetyStockSet', { quantity: 5, ...levels(4, 1, 1) }),
    recorded(stock('MAIN', 2, 50n), 'StockAdjusted', { quantity: -1, reason: 'broken', ...levels(9) }),
  ]
  expect(rowsAfter(catalogueProjection, entries, availabilityTable)).toEqual([
    { sku: 'MUG-1', levels: { MAIN: { free: 9, safety: 3 }, EAST: { free: 2, safety: 5 } }, available: 6 },
  ])
})
