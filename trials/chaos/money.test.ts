import { expect, test } from 'vitest'
import type { Charge } from '#platform/stripe/simulator-ledger.ts'
import type { Exchange } from './journal.ts'
import { compareCharges, compareUnits } from './money.ts'

const exchange = (path: string, body: object, status: number, answer: object): Exchange => ({
  key: path,
  method: 'post',
  path,
  body,
  answers: [{ status, body: answer }],
})
const sale = [
  exchange('/v1/stock/MUG/receive', { quantity: 2 }, 200, {}),
  exchange('/v1/reservations', {}, 201, { reservationToken: 't1', lines: [{ sku: 'MUG', quantity: 2 }] }),
  exchange('/v1/orders', { reservationToken: 't1' }, 201, { orderId: 'o1', total: 200 }),
  exchange('/v1/orders/o1/pay', {}, 200, { status: 'confirmed' }),
]
const charge: Charge = {
  id: 'ch_1',
  paymentIntent: 'pi_1',
  metadata: { orderId: 'o1' },
  paymentMethod: 'pm_card_visa',
  status: 'succeeded',
  currency: 'eur',
  amount: 200,
  captured: 200,
  released: 0,
  refunded: 0,
}

test('given one charge that was not refunded for each order, then nothing is found', () => {
  expect(compareCharges(sale, [charge])).toEqual([])
  expect(compareCharges(sale, [charge, { ...charge, id: 'ch_2', refunded: 200 }])).toEqual([])
})

test('given a second charge, one above the total, or one for an unknown order, then it is found', () => {
  expect(compareCharges(sale, [charge, { ...charge, id: 'ch_2' }])).toEqual(['order o1: charged 2 times'])
  expect(compareCharges(sale, [{ ...charge, captured: 201 }])).toEqual(['order o1: charged 201, but its total is 200'])
  expect(compareCharges(sale, [{ ...charge, metadata: { orderId: 'o9' } }])).toEqual([
    'order o9: charged 200, but no client got this order as an answer',
  ])
})

test('given more units sold than received, then the difference is found', () => {
  expect(compareUnits(sale)).toEqual([])
  expect(compareUnits(sale.slice(1))).toEqual(['MUG: 2 more units sold than received'])
})
