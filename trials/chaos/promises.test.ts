import { expect, test } from 'vitest'
import type { RecordedEvent } from '#domain/events.ts'
import type { Exchange } from './journal.ts'
import { comparePromises } from './promises.ts'

const place = {
  revision: 0,
  position: 1n,
  created: 0,
  id: 'e1',
  metadata: { $correlationId: '', $causationId: '', actor: '' },
}
const recorded = (stream: string, event: Pick<RecordedEvent, 'type'> & { readonly data: object }): RecordedEvent =>
  ({ ...place, stream, ...event }) as RecordedEvent

const reserved: Exchange = {
  key: 'k1',
  method: 'post',
  path: '/v1/reservations',
  body: { lines: [{ sku: 'MUG', quantity: 1 }] },
  answers: [{ status: 201, body: { reservationId: 'r1', lines: [{ sku: 'MUG', quantity: 1 }] } }],
}
const placed: Exchange = {
  key: 'k2',
  method: 'post',
  path: '/v1/orders',
  body: {},
  answers: [{ status: 201, body: { orderId: 'o1', total: 100 } }],
}
const log = [
  recorded('stock-MUG@MAIN', { type: 'StockReserved', data: { reservationId: 'r1', line: 0, quantity: 1 } }),
  recorded('order-o1', { type: 'OrderPlaced', data: {} }),
]
const none = { lost: [], doubled: [], odd: [] }

test('given answers that the log bears out, when they are compared, then nothing is found', () => {
  expect(comparePromises([reserved, placed], log)).toEqual(none)
})

test('given a success in the journal that was never given, when it is compared, then it is a lost acknowledgement', () => {
  expect(comparePromises([reserved, placed], log.slice(1)).lost).toEqual([
    'reservation r1, line 0: answered once, 0 times in the log',
  ])
  const paid: Exchange = {
    ...placed,
    key: 'k3',
    path: '/v1/orders/o1/pay',
    answers: [{ status: 200, body: { status: 'confirmed' } }],
  }
  expect(comparePromises([reserved, placed, paid], log).lost).toEqual([
    'order-o1: pay succeeded, and there is no OrderConfirmed',
  ])
})

test('given an order that nobody was told of, when it is compared, then it is a second one', () => {
  expect(comparePromises([reserved], log).doubled).toEqual(['order-o1: nobody was told of this order'])
})

test('given two answers to one key, when they differ, then both are named', () => {
  const twice: Exchange = { ...placed, answers: [...placed.answers, { status: 201, body: { orderId: 'o2' } }] }
  expect(comparePromises([reserved, twice], log).doubled).toEqual([
    '/v1/orders under k2: o1 undefined and o2 undefined',
  ])
})

test('given an answer 500, when it is compared, then it is told; a 503 is not', () => {
  const answered = (status: number): Exchange => ({ ...reserved, answers: [{ status, body: {} }, ...reserved.answers] })
  expect(comparePromises([answered(500), placed], log).odd).toHaveLength(1)
  expect(comparePromises([answered(503), placed], log)).toEqual(none)
})
