import { describe, expect, test } from 'vitest'
import * as the from '../testing/stock.ts'
import { decideStock } from './decide.ts'
import { createStockFold } from './evolve.ts'
import { expiriesMax } from './expiry.ts'

const { noon, expiry, givenStock: given } = the
const minute = 60_000
const hour = 60 * minute
const two = the.received(2, [2, 0, 0])
const held = [two, the.reserved(10, 2, [2, 2, 0])]

describe('reserve gives a hold id one answer', () => {
  test('free units are held until the expiry', () =>
    given([two])
      .when(the.reserve(10, 2), noon)
      .then([the.reserved(10, 2, [2, 2, 0])], { kind: 'held', firstExpiresAt: expiry }))

  test('the same quantity again gets the same answer, with the first expiry and no event', () =>
    given(held)
      .when(the.reserve(10, 2), noon + minute)
      .then([], { kind: 'held', firstExpiresAt: expiry }))

  test('the answer stays after the hold is extended, and after it is committed', () => {
    const extended = [...held, the.extended(10, 2, expiry + minute, [2, 2, 0])]
    const answer = { kind: 'held', firstExpiresAt: expiry } as const
    given(extended).when(the.reserve(10, 2), noon).then([], answer)
    given([...extended, the.step('ReservationCommitted', 10, 2, [2, 0, 2])])
      .when(the.reserve(10, 2), noon)
      .then([], answer)
  })

  test('another quantity is refused', () =>
    given(held).when(the.reserve(10, 1), noon).thenRefused({ code: 'reservation_conflict' }))

  test('another line of the reservation is another hold', () =>
    given([two, the.reserved(10, 1, [2, 1, 0])])
      .when(the.reserve(10, 1, 1), noon)
      .then([the.reserved(10, 1, [2, 2, 0], noon, 1)]))

  test('an ended id stays ended for an hour, and can be held again after it', () => {
    const ended = [...held, the.step('ReservationReleased', 10, 2, [2, 0, 0])]
    given(ended)
      .when(the.reserve(10, 2), noon + hour - 1)
      .thenRefused({ code: 'reservation_closed' })
    given(ended)
      .when(the.reserve(10, 2), noon + hour)
      .then([the.reserved(10, 2, [2, 2, 0], noon + hour)])
  })
})

describe('a refusal', () => {
  const empty = the.received(1, [1, 0, 0])
  const refusal = the.refused(10, 2, 1, [1, 0, 0])
  const refused = [empty, refusal]
  const restocked = [...refused, the.received(5, [6, 0, 0], noon, 901)]

  test('is recorded with what was available', () =>
    given([empty]).when(the.reserve(10, 2), noon).thenRefused({ code: 'out_of_stock', available: 1 }, [refusal]))

  test('is given again for a minute, even if units were received since', () =>
    given(restocked)
      .when(the.reserve(10, 2), noon + minute - 1)
      .thenRefused({ code: 'out_of_stock', available: 1 }))

  test('is forgotten after a minute', () =>
    given(restocked)
      .when(the.reserve(10, 2), noon + minute)
      .then([the.reserved(10, 2, [6, 2, 0], noon + minute)]))

  test('refuses another quantity under the same id', () =>
    given(restocked).when(the.reserve(10, 1), noon).thenRefused({ code: 'reservation_conflict' }))

  test('does not affect another shopper', () =>
    given(restocked)
      .when(the.reserve(11, 2), noon)
      .then([the.reserved(11, 2, [6, 2, 0])]))
})

test('safety stock is not sold to shoppers', () => {
  const kept = [two, the.safetySet(1, [2, 0, 0])]
  given(kept)
    .when(the.reserve(10, 1), noon)
    .then([the.reserved(10, 1, [2, 1, 0])])
  given(kept)
    .when(the.reserve(10, 2), noon)
    .thenRefused({ code: 'out_of_stock', available: 1 }, [the.refused(10, 2, 1, [2, 0, 0])])
})

describe('expiries are appended with the decision that relies on them', () => {
  test('oldest first, and no more than are needed', () =>
    given([two, the.reserved(11, 1, [2, 1, 0], noon + 1), the.reserved(10, 1, [2, 2, 0], noon)])
      .when(the.reserve(12, 1), expiry + 1)
      .then([the.step('ReservationExpired', 10, 1, [2, 1, 0], expiry + 1), the.reserved(12, 1, [2, 2, 0], expiry + 1)]))

  test('none if enough is free without them', () =>
    given([two, the.reserved(10, 1, [2, 1, 0])])
      .when(the.reserve(12, 1), expiry)
      .then([the.reserved(12, 1, [2, 2, 0], expiry)]))

  test('none before the hold is due, and none at the first expiry of an extended hold', () => {
    given(held)
      .when(the.reserve(12, 1), expiry - 1)
      .thenRefused({ code: 'out_of_stock', available: 0 }, [the.refused(12, 1, 0, [2, 2, 0], expiry - 1)])
    given([...held, the.extended(10, 2, expiry + minute, [2, 2, 0])])
      .when(the.reserve(12, 1), expiry)
      .thenRefused({ code: 'out_of_stock', available: 0 }, [the.refused(12, 1, 0, [2, 2, 0], expiry)])
  })

  test('with a refusal too, whose available units include them', () =>
    given(held)
      .when(the.reserve(12, 3), expiry)
      .thenRefused({ code: 'out_of_stock', available: 2 }, [
        the.step('ReservationExpired', 10, 2, [2, 0, 0], expiry),
        the.refused(12, 3, 2, [2, 0, 0], expiry),
      ]))

  test('once for a hold whose id was due at the same time before', () => {
    const again = noon + hour
    const due = again + the.ttl * 1_000
    given([
      two,
      the.reserved(10, 1, [2, 1, 0]),
      the.extended(10, 1, due, [2, 1, 0]),
      the.reserved(11, 1, [2, 2, 0]),
      the.extended(11, 1, due - 1, [2, 2, 0]),
      the.step('ReservationReleased', 10, 1, [2, 1, 0]),
      the.reserved(10, 1, [2, 2, 0], again),
    ])
      .when(the.sweep, due)
      .then([
        the.step('ReservationExpired', 11, 1, [2, 1, 0], due),
        the.step('ReservationExpired', 10, 1, [2, 0, 0], due),
      ])
  })

  test('by a sweep for all that are due, a bounded number at a time', () => {
    const fold = createStockFold()
    fold.apply(the.received(300, [300, 0, 0]), 0)
    for (let held = 1; held <= 300; held += 1) fold.apply(the.reserved(1_000 + held, 1, [300, held, 0]), held)
    const first = decideStock(the.sweep, fold.state(), expiry)
    expect(first.events).toHaveLength(expiriesMax)
    for (const event of first.events) fold.apply(event, 0)
    expect(decideStock(the.sweep, fold.state(), expiry).events).toHaveLength(300 - expiriesMax)
  })
})

test('two lines of one sku are decided together on the running fold', () => {
  const fold = createStockFold()
  fold.apply(two, 0)
  const answers = [the.reserve(10, 2, 0), the.reserve(10, 1, 1)].map((command) => {
    const decision = decideStock(command, fold.state(), noon)
    for (const event of decision.events) fold.apply(event, 0)
    return decision.outcome
  })
  expect(answers).toEqual(['accepted', 'refused'])
  expect(fold.state().levels).toEqual({ onHand: 2, held: 2, committed: 0, safety: 0 })
})
