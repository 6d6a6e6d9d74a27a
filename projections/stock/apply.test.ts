import { expect, test } from 'vitest'
import { rowsAfter } from '../testing/apply.ts'
import { levels, recorded, reservationId } from '../testing/events.ts'
import { stockProjection } from './apply.ts'
import { stockTable } from './table.ts'

const stream = 'stock-MUG-1@MAIN'
const received = recorded({ stream, revision: 0, position: 10n }, 'StockReceived', { quantity: 10, ...levels(10) })
const safety = recorded({ stream, revision: 1, position: 20n }, 'SafetyStockSet', { quantity: 2, ...levels(10) })
const reserved = recorded({ stream, revision: 2, position: 30n }, 'StockReserved', {
  reservationId,
  line: 0,
  quantity: 3,
  expiresAt: 900,
  ...levels(10, 3),
})
const row = {
  sku: 'MUG-1',
  location: 'MAIN',
  on_hand: 10,
  held: 3,
  committed: 0,
  safety: 2,
  available: 5,
  shortfall: 0,
}

test('levels are assigned from each event, and safety stock is remembered', () => {
  expect(rowsAfter(stockProjection, [received, safety, reserved], stockTable)).toEqual([
    { ...row, revision: 2, updated_at: 30 },
  ])
})

test('more promised units than on hand are a shortfall, and nothing is available', () => {
  const counted = recorded({ stream, revision: 3, position: 40n }, 'StockCounted', {
    quantity: 1,
    difference: -9,
    reason: 'inventory',
    ...levels(1, 3),
  })
  expect(rowsAfter(stockProjection, [received, safety, reserved, counted], stockTable)).toEqual([
    { ...row, on_hand: 1, available: 0, shortfall: 2, revision: 3, updated_at: 40 },
  ])
})

test('events that are applied twice lead to the same row', () => {
  const once = rowsAfter(stockProjection, [received, safety, reserved], stockTable)
  const again = { ...received, position: 40n }
  expect(rowsAfter(stockProjection, [received, received, safety, safety, reserved, reserved], stockTable)).toEqual(once)
  expect(rowsAfter(stockProjection, [received, safety, reserved, again], stockTable)).not.toEqual(once)
})
