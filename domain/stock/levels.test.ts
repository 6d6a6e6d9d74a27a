import { describe, expect, test } from 'vitest'
import * as the from '../testing/stock.ts'
import type { StockAnswer } from './commands.ts'
import { decideStock } from './decide.ts'
import { voidsMax } from './decide-levels.ts'
import { createStockFold } from './evolve.ts'

const { noon, givenStock: given } = the
const day = 86_400_000
const three = the.received(3, [3, 0, 0])
const levels = (onHand: number, held = 0, committed = 0, safety = 0): StockAnswer => ({
  kind: 'levels',
  levels: { onHand, held, committed, safety },
})
/** One unit is committed for 10, one held for 11 and, a millisecond later, one for 12. */
const promised = [
  three,
  the.reserved(10, 1, [3, 1, 0]),
  the.step('ReservationCommitted', 10, 1, [3, 0, 1]),
  the.reserved(11, 1, [3, 1, 1], noon),
  the.reserved(12, 1, [3, 2, 1], noon + 1),
]

describe('staff commands', () => {
  test('answer the levels after them', () => {
    given([])
      .when(the.receive(3), noon)
      .then([the.received(3, [3, 0, 0], noon, 1)], levels(3))
    given([three])
      .when(the.adjust(-1), noon)
      .then([the.adjusted(-1, [2, 0, 0])], levels(2))
    given([three])
      .when(the.count(5), noon)
      .then([the.counted(5, 2, [5, 0, 0])], levels(5))
    given([three])
      .when(the.setSafety(2), noon)
      .then([the.safetySet(2, [3, 0, 0])], levels(3, 0, 0, 2))
  })

  test('that were applied before get their first answer, for a day', () => {
    const applied = [the.received(3, [3, 0, 0], noon, 1), the.received(4, [7, 0, 0], noon, 2)]
    given(applied)
      .when(the.receive(3, 1), noon + day - 1)
      .then([], levels(3))
    given(applied)
      .when(the.receive(3, 1), noon + day)
      .then([the.received(3, [10, 0, 0], noon + day, 1)], levels(10))
  })

  test('cannot adjust the stock below zero', () =>
    given([three]).when(the.adjust(-4), noon).thenRefused({ code: 'below_zero', onHand: 3 }))
})

describe('a count below what is promised', () => {
  test('voids the hold that was reserved last', () =>
    given(promised)
      .when(the.count(2), noon)
      .then([the.voided(12, 1, [3, 1, 1]), the.counted(2, -1, [2, 1, 1])], levels(2, 1, 1)))

  test('voids the hold that was reserved last, even if it expires first', () => {
    const short = the.reserved(9, 1, [3, 2, 1], noon + 1)
    if (short.type !== 'StockReserved') throw new Error('not a hold')
    given([...promised.slice(0, 4), { ...short, data: { ...short.data, expiresAt: noon + 2 } }])
      .when(the.count(2), noon + 1)
      .then([the.voided(9, 1, [3, 1, 1], noon + 1), the.counted(2, -1, [2, 1, 1], noon + 1)])
  })

  test('records before itself the shortfall of commitments and names them', () =>
    given(promised)
      .when(the.count(0), noon)
      .then([
        the.voided(12, 1, [3, 1, 1]),
        the.voided(11, 1, [3, 0, 1]),
        the.shortfall(1, [10], [3, 0, 1]),
        the.counted(0, -3, [0, 0, 1]),
      ]))

  test('an adjustment does the same', () =>
    given(promised)
      .when(the.adjust(-3), noon)
      .then([
        the.voided(12, 1, [3, 1, 1]),
        the.voided(11, 1, [3, 0, 1]),
        the.shortfall(1, [10], [3, 0, 1]),
        the.adjusted(-3, [0, 0, 1]),
      ]))

  test('stops sales while the shortfall lasts', () => {
    const short = [
      three,
      the.reserved(10, 3, [3, 3, 0]),
      the.step('ReservationCommitted', 10, 3, [3, 0, 3]),
      the.shortfall(2, [10], [3, 0, 3]),
      the.counted(1, -2, [1, 0, 3]),
    ]
    const none = the.refused(11, 1, 0, [1, 0, 3])
    given(short).when(the.reserve(11), noon).thenRefused({ code: 'out_of_stock', available: 0 }, [none])
    given(short).when(the.ship(10, 2), noon).thenRefused({ code: 'below_zero', onHand: 1 })
    given([...short, the.received(3, [4, 0, 3], noon, 902)])
      .when(the.reserve(11), noon)
      .then([the.reserved(11, 1, [4, 1, 3])])
  })

  test('records no shortfall again if some of the missing units are found', () => {
    const short = [
      three,
      the.reserved(10, 3, [3, 3, 0]),
      the.step('ReservationCommitted', 10, 3, [3, 0, 3]),
      the.shortfall(2, [10], [3, 0, 3]),
      the.counted(1, -2, [1, 0, 3], noon, 905),
    ]
    given(short)
      .when(the.adjust(1), noon)
      .then([the.adjusted(1, [2, 0, 3])])
    given(short)
      .when(the.count(0), noon)
      .then([the.shortfall(3, [10], [1, 0, 3]), the.counted(0, -1, [0, 0, 3])])
  })

  test('voids a bounded number of holds; others are voided when they are committed', () => {
    const fold = createStockFold()
    const holds = voidsMax + 2
    fold.apply(the.received(holds, [holds, 0, 0]), 0)
    for (let held = 1; held <= holds; held += 1) fold.apply(the.reserved(1_000 + held, 1, [holds, held, 0]), held)
    const counting = decideStock(the.count(0), fold.state(), noon)
    expect(counting.events.slice(-2).map(({ type }) => type)).toEqual(['StockShortfallFound', 'StockCounted'])
    expect(counting.events).toHaveLength(voidsMax + 2)
    for (const event of counting.events) fold.apply(event, 0)
    const asked = decideStock(the.commit(1_001), fold.state(), noon)
    expect(asked).toMatchObject({ outcome: 'refused', refusal: { code: 'hold_lost' } })
    expect(asked.events.map(({ type }) => type)).toEqual(['ReservationVoided'])
  })
})

describe('shipping and returning', () => {
  const committed = [three, the.reserved(10, 3, [3, 3, 0]), the.step('ReservationCommitted', 10, 3, [3, 0, 3])]
  const part = [...committed, the.shipped(10, 1, 1, [2, 0, 2])]
  const whole = [...part, the.shipped(10, 2, 3, [0, 0, 0])]

  test('ships a part, gives no event for the same total again, and ships the rest', () => {
    given(committed)
      .when(the.ship(10, 1), noon)
      .then([the.shipped(10, 1, 1, [2, 0, 2])])
    given(part).when(the.ship(10, 1), noon).then([])
    given(part)
      .when(the.ship(10, 3), noon)
      .then([the.shipped(10, 2, 3, [0, 0, 0])])
    given(whole).when(the.ship(10, 3), noon).then([])
    given(whole).when(the.ship(10, 1), noon).then([])
  })

  test('refuses to ship more than is committed, or what is not committed', () => {
    given(part).when(the.ship(10, 4), noon).thenRefused({ code: 'reservation_conflict' })
    given(whole).when(the.ship(10, 4), noon).thenRefused({ code: 'reservation_conflict' })
    given(committed.slice(0, 2)).when(the.ship(10, 1), noon).thenRefused({ code: 'hold_lost' })
    given([...committed, the.step('CommitmentCancelled', 10, 3, [3, 0, 0])])
      .when(the.ship(10, 1), noon)
      .thenRefused({ code: 'hold_lost' })
  })

  test('gives no event for an unknown hold, which was shipped and forgotten', () =>
    given([three]).when(the.ship(10, 1), noon).then([]))

  test('restocks returned units, or writes them off', () => {
    given(whole)
      .when(the.takeBack(10, 2, 2), noon)
      .then([the.returned(10, { quantity: 2, total: 2, restocked: true }, [2, 0, 0])])
    given(whole)
      .when(the.takeBack(10, 1, 1, false), noon)
      .then([the.returned(10, { quantity: 1, total: 1, restocked: false }, [0, 0, 0])])
  })

  test('recognises a repeated return, even a month later', () => {
    const back = [...whole, the.returned(10, { quantity: 2, total: 2, restocked: true }, [2, 0, 0])]
    given(back)
      .when(the.takeBack(10, 2, 2), noon)
      .then([])
    const later = noon + 30 * day
    const monthLater = [...back, the.received(1, [3, 0, 0], later, 903)]
    given(monthLater)
      .when(the.takeBack(10, 2, 2), later)
      .then([])
    given(monthLater)
      .when(the.takeBack(10, 1, 3), later)
      .then([the.returned(10, { quantity: 1, total: 3, restocked: true }, [4, 0, 0], later)])
  })

  test('refuses a return of units that were not shipped', () => {
    given(part)
      .when(the.takeBack(10, 2, 2), noon)
      .thenRefused({ code: 'reservation_conflict' })
    given(committed.slice(0, 2))
      .when(the.takeBack(10, 1, 1), noon)
      .thenRefused({ code: 'reservation_conflict' })
  })

  test('leaves nothing of a commitment behind after its shipment', () =>
    given([...whole, the.received(1, [1, 0, 0], noon, 904)])
      .when(the.reserve(11), noon)
      .then([the.reserved(11, 1, [1, 1, 0])]))
})
