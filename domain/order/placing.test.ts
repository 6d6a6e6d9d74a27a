import { describe, expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import { cancelOrder, expiresAt, id, lines, placeOrder } from '../testing/order-fixtures.ts'
import { scenario } from '../testing/scenario.ts'
import { decideOrder } from './decide.ts'
import type { OrderEvent } from './events.ts'

const { type: _, ...data } = placeOrder()
const placed: OrderEvent = { type: 'OrderPlaced', data: { ...data, lines: [...lines], at: 1_000 } }

describe('placing an order', () => {
  test('is possible before the first of its holds expires', () => {
    given([]).when(placeOrder(), 1_000).then([placed])
    given([])
      .when(placeOrder(), expiresAt - 1)
      .then([{ ...placed, data: { ...placed.data, at: expiresAt - 1 } }])
  })

  test('is refused from the moment that the first of its holds expires', () => {
    given([]).when(placeOrder(), expiresAt).thenRefused({ code: 'expired' })
  })

  test('gives the same request the same answer, at any time and whatever happened since', () => {
    const again = placeOrder({ commandId: id('place again') })
    given([placed])
      .when(again, expiresAt * 10)
      .then([])
    expect(decideOrder(again, scenario([cancelOrder]).order, 2_000)).toEqual({
      outcome: 'accepted',
      events: [],
      answer: { status: 'cancelled', made: null },
    })
  })

  test('is refused for another request with the same reservation', () => {
    given([placed])
      .when(placeOrder({ requestHash: 'other' }), 2_000)
      .thenRefused({ code: 'already_placed' })
  })

  test('is refused for a total that no provider takes', () => {
    const dear = lines.map((line) => ({ ...line, unitPrice: 999_999_999_999 }))
    given([])
      .when(placeOrder({ lines: dear }), 1_000)
      .thenRefused({ code: 'total_too_large' })
  })

  test('sums the lines and takes the earliest expiry', () => {
    const order = scenario([]).order
    expect({ total: order.total, expiresAt: order.expiresAt, status: order.status }).toEqual({
      total: 5_500,
      expiresAt: 900_000,
      status: 'placed',
    })
  })

  test('comes first: other commands are refused on an order that does not exist', () => {
    given([]).when(cancelOrder, 1_000).thenRefused({ code: 'not_found' })
  })
})
