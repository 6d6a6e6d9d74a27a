import { describe, test } from 'vitest'
import * as the from '../testing/stock.ts'

const { noon, expiry, givenStock: given } = the
const hour = 3_600_000
const two = the.received(2, [2, 0, 0])
const held = [two, the.reserved(10, 2, [2, 2, 0])]
const committed = [...held, the.step('ReservationCommitted', 10, 2, [2, 0, 2])]
const released = [...held, the.step('ReservationReleased', 10, 2, [2, 0, 0])]
const expired = [...held, the.step('ReservationExpired', 10, 2, [2, 0, 0], expiry)]
const otherFence = expiry + 1

describe('ExtendHold', () => {
  test('moves the expiry, once', () => {
    const event = the.extended(10, 2, expiry + 5, [2, 2, 0])
    given(held)
      .when(the.extend(10, expiry + 5), noon)
      .then([event])
    given([...held, event])
      .when(the.extend(10, expiry + 5), noon)
      .then([])
    given([...held, event])
      .when(the.extend(10, expiry + 4), expiry + 9)
      .then([])
  })

  test('gives no event for a committed hold', () =>
    given(committed)
      .when(the.extend(10, expiry + 5), noon)
      .then([]))

  test('is refused after the expiry, and appends that expiry', () =>
    given(held)
      .when(the.extend(10, expiry + 5), expiry)
      .thenRefused({ code: 'hold_expired' }, [the.step('ReservationExpired', 10, 2, [2, 0, 0], expiry)]))

  test('is refused for an ended hold, an unknown hold and another fence', () => {
    given(expired)
      .when(the.extend(10, expiry + 5), expiry)
      .thenRefused({ code: 'hold_expired' })
    given(released)
      .when(the.extend(10, expiry + 5), noon)
      .thenRefused({ code: 'hold_lost' })
    given([two])
      .when(the.extend(10, expiry + 5), noon)
      .thenRefused({ code: 'hold_unknown' })
    given(held)
      .when(the.extend(10, expiry + 5, otherFence), noon)
      .thenRefused({ code: 'hold_unknown' })
  })
})

describe('CommitHold', () => {
  const event = the.step('ReservationCommitted', 10, 2, [2, 0, 2])

  test('commits a hold, once', () => {
    given(held).when(the.commit(10, 2), noon).then([event])
    given(committed).when(the.commit(10, 2), noon).then([])
  })

  test('accepts a hold that is due but whose expiry is not appended yet', () =>
    given(held)
      .when(the.commit(10, 2), expiry + 1)
      .then([the.step('ReservationCommitted', 10, 2, [2, 0, 2], expiry + 1)]))

  test('reinstates an expired hold if its units are free', () =>
    given(expired)
      .when(the.commit(10, 2), expiry + 1)
      .then([
        the.reinstated(10, 2, [2, 2, 0], expiry + 1),
        the.step('ReservationCommitted', 10, 2, [2, 0, 2], expiry + 1),
      ]))

  test('takes safety stock as free units when it reinstates', () =>
    given([...expired, the.safetySet(2, [2, 0, 0])])
      .when(the.commit(10, 2), expiry)
      .then([the.reinstated(10, 2, [2, 2, 0], expiry), the.step('ReservationCommitted', 10, 2, [2, 0, 2], expiry)]))

  test('is refused for an expired hold if its units are not free', () =>
    given([...expired, the.reserved(11, 1, [2, 1, 0], expiry)])
      .when(the.commit(10, 2), expiry + 1)
      .thenRefused({ code: 'hold_lost' }))

  test('expires holds that are due to get the units for a reinstatement', () => {
    const late = expiry + the.ttl * 1_000
    given([...expired, the.reserved(11, 1, [2, 1, 0], expiry)])
      .when(the.commit(10, 2), late)
      .then([
        the.step('ReservationExpired', 11, 1, [2, 0, 0], late),
        the.reinstated(10, 2, [2, 2, 0], late),
        the.step('ReservationCommitted', 10, 2, [2, 0, 2], late),
      ])
  })

  test('is refused for a released or voided hold', () => {
    given(released).when(the.commit(10, 2), noon).thenRefused({ code: 'hold_lost' })
    given([...held, the.voided(10, 2, [2, 0, 0])])
      .when(the.commit(10, 2), noon)
      .thenRefused({ code: 'hold_lost' })
    given([two, the.voided(10, 0, [2, 0, 0])])
      .when(the.commit(10, 2), noon)
      .thenRefused({ code: 'hold_lost' })
  })

  test('never guesses: unknown, forgotten, other fence, other terms', () => {
    given([two]).when(the.commit(10, 2), noon).thenRefused({ code: 'hold_unknown' })
    given(expired)
      .when(the.commit(10, 2), expiry + hour)
      .thenRefused({ code: 'hold_unknown' })
    given(held)
      .when(the.commit(10, 2, otherFence), noon)
      .thenRefused({ code: 'hold_unknown' })
    given(held).when(the.commit(10, 1), noon).thenRefused({ code: 'reservation_conflict' })
  })

  test('gives no event for a hold that was shipped', () =>
    given([...committed, the.shipped(10, 2, 2, [0, 0, 0])])
      .when(the.commit(10, 2), noon)
      .then([]))
})

describe('ReleaseHold', () => {
  const tombstone = the.voided(10, 0, [2, 0, 0])

  test('frees the units, once', () => {
    given(held)
      .when(the.release(10), noon)
      .then([the.step('ReservationReleased', 10, 2, [2, 0, 0])])
    given(released).when(the.release(10), noon).then([])
    given(expired)
      .when(the.release(10), expiry)
      .then([the.closedAfterExpiry(10, [2, 0, 0], expiry)])
  })

  test('leaves a tombstone for an unknown hold, so that a late reserve is refused', () => {
    given([two]).when(the.release(10), noon).then([tombstone])
    given([two]).when(the.release(10, null), noon).then([tombstone])
    given([two, tombstone]).when(the.release(10), noon).then([])
    given([two, tombstone]).when(the.reserve(10, 2), noon).thenRefused({ code: 'reservation_closed' })
  })

  test('leaves no tombstone after the expiry', () => given([two]).when(the.release(10), expiry).then([]))

  test('leaves a tombstone for a hold whose end is forgotten', () => {
    const again = noon + hour
    const over = the.voided(10, 0, [2, 0, 0], again)
    given(released)
      .when(the.release(10, again + 1), again)
      .then([over])
    given([...released, over])
      .when(the.reserve(10, 2), again)
      .thenRefused({ code: 'reservation_closed' })
  })

  test('leaves another hold under the same id alone', () =>
    given(held).when(the.release(10, otherFence), noon).then([]))

  test('is refused for a committed hold', () =>
    given(committed).when(the.release(10), noon).thenRefused({ code: 'hold_committed' }))
})

describe('CloseHold', () => {
  test('releases a hold', () =>
    given(held)
      .when(the.close(10), noon)
      .then([the.step('ReservationReleased', 10, 2, [2, 0, 0])]))

  test('cancels a commitment', () => {
    const cancelled = the.step('CommitmentCancelled', 10, 2, [2, 0, 0])
    given(committed).when(the.close(10), noon).then([cancelled])
    given([...committed, cancelled])
      .when(the.close(10), noon)
      .then([])
    given([...committed, cancelled])
      .when(the.commit(10, 2), noon)
      .thenRefused({ code: 'hold_lost' })
  })

  test('cancels the rest of a commitment that was shipped in part', () =>
    given([...committed, the.shipped(10, 1, 1, [1, 0, 1])])
      .when(the.close(10), noon)
      .then([the.step('CommitmentCancelled', 10, 1, [1, 0, 0])]))

  test('leaves a tombstone for an unknown hold', () =>
    given([two])
      .when(the.close(10), noon)
      .then([the.voided(10, 0, [2, 0, 0])]))

  test('gives no event for an ended hold', () => {
    given(released).when(the.close(10), noon).then([])
    given([...committed, the.shipped(10, 2, 2, [0, 0, 0])])
      .when(the.close(10), noon)
      .then([])
  })

  test('leaves a tombstone over an expired hold, so that a commit under way cannot bring it back', () => {
    const closed = the.closedAfterExpiry(10, [2, 0, 0], expiry)
    given(expired).when(the.close(10), expiry).then([closed])
    given([...expired, closed])
      .when(the.close(10), expiry)
      .then([])
    given([...expired, closed])
      .when(the.commit(10, 2), expiry + 1)
      .thenRefused({ code: 'hold_lost' })
  })

  test('gives no event for another hold under the same id', () =>
    given(committed).when(the.close(10, otherFence), noon).then([]))
})
