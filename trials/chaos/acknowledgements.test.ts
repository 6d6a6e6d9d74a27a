import { expect, test } from 'vitest'
import type { RecordedEvent } from '#domain/events.ts'
import { compareAcknowledgements } from './acknowledgements.ts'
import type { Exchange } from './journal.ts'

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
const nothing = { lost: [], doubled: [], unexpected: [] }

test('given successes that are all in the log, then nothing is found', () => {
  expect(compareAcknowledgements([reserved, placed], log)).toEqual(nothing)
})

test('given a success that is not in the log, then it is a lost acknowledgement', () => {
  expect(compareAcknowledgements([reserved, placed], log.slice(1)).lost).toEqual([
    'reservation r1, line 0: answered with success, but 0 times in the log',
  ])
  const paid: Exchange = {
    ...placed,
    key: 'k3',
    path: '/v1/orders/o1/pay',
    answers: [{ status: 200, body: { status: 'confirmed' } }],
  }
  expect(compareAcknowledgements([reserved, placed, paid], log).lost).toEqual([
    'order-o1: pay was answered with success, but the log has no OrderConfirmed',
  ])
})

test('given an order in the log that no client got as an answer, then it is a doubled one', () => {
  expect(compareAcknowledgements([reserved], log).doubled).toEqual([
    'order-o1: in the log, but no client got it as an answer',
  ])
})

test('given two different successes under one key, then both are named', () => {
  const twice: Exchange = { ...placed, answers: [...placed.answers, { status: 201, body: { orderId: 'o2' } }] }
  expect(compareAcknowledgements([reserved, twice], log).doubled).toEqual([
    '/v1/orders under key k2 has different answers: order o1, reservation undefined; order o2, reservation undefined',
  ])
})

test('given an answer 500, then it is unexpected; a 503 is not', () => {
  const answered = (status: number): Exchange => ({ ...reserved, answers: [{ status, body: {} }, ...reserved.answers] })
  expect(compareAcknowledgements([answered(500), placed], log).unexpected).toHaveLength(1)
  expect(compareAcknowledgements([answered(503), placed], log)).toEqual(nothing)
})
