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

test('given one charge an order, when the books are compared, then nothing is found', () => {
  expect(compareCharges(sale, [charge])).toEqual([])
  expect(compareCharges(sale, [charge, { ...charge, id: 'ch_2', refunded: 200 }])).toEqual([])
})

test('given an extra charge in the ledger, when the books are compared, then it is noticed', () => {
  expect(compareCharges(sale, [charge, { ...charge, id: 'ch_2' }])).toEqual(['o1: charged 2 times'])
  expect(compareCharges(sale, [{ ...charge, captured: 201 }])).toEqual(['o1: 201 was taken of a total of 200'])
  expect(compareCharges(sale, [{ ...charge, metadata: { orderId: 'o9' } }])).toEqual([
    'o9: 200 was taken, and nobody was told of such an order',
  ])
})

test('given more units sold than came in, when they are counted, then the difference is told', () => {
  expect(compareUnits(sale)).toEqual([])
  expect(compareUnits(sale.slice(1))).toEqual(['MUG: 2 units were sold that never came in'])
})
