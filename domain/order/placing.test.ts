import { describe, expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import { cancelOrder, expiresAt, id, lines, placeOrder } from '../testing/order-fixtures.ts'
import { story } from '../testing/story.ts'
import { decideOrder } from './decide.ts'
import type { OrderEvent } from './events.ts'

const { type: _, ...data } = placeOrder()
const placed: OrderEvent = { type: 'OrderPlaced', data: { ...data, lines: [...lines], at: 1_000 } }

describe('placing an order', () => {
  test('places it before the earliest of its holds ends', () => {
    given([]).when(placeOrder(), 1_000).then([placed])
    given([])
      .when(placeOrder(), expiresAt - 1)
      .then([{ ...placed, data: { ...placed.data, at: expiresAt - 1 } }])
  })

  test('is refused from the moment the earliest of its holds ends', () => {
    given([]).when(placeOrder(), expiresAt).thenRefused({ code: 'expired' })
  })

  test('says the same to the same request, whatever the time and whatever came after', () => {
    const again = placeOrder({ commandId: id('place again') })
    given([placed])
      .when(again, expiresAt * 10)
      .then([])
    expect(decideOrder(again, story([cancelOrder]).order, 2_000)).toEqual({
      outcome: 'accepted',
      events: [],
      answer: { status: 'cancelled', made: null },
    })
  })

  test('refuses another request for the same reservation', () => {
    given([placed])
      .when(placeOrder({ requestHash: 'other' }), 2_000)
      .thenRefused({ code: 'already_placed' })
  })

  test('refuses a total that no provider takes', () => {
    const dear = lines.map((line) => ({ ...line, unitPrice: 999_999_999_999 }))
    given([])
      .when(placeOrder({ lines: dear }), 1_000)
      .thenRefused({ code: 'total_too_large' })
  })

  test('adds up the lines and takes the earliest expiry', () => {
    const order = story([]).order
    expect({ total: order.total, expiresAt: order.expiresAt, status: order.status }).toEqual({
      total: 5_500,
      expiresAt: 900_000,
      status: 'placed',
    })
  })

  test('nothing else is said to an order that does not exist', () => {
    given([]).when(cancelOrder, 1_000).thenRefused({ code: 'not_found' })
  })
})
