// Properties of the stock fold over random sequences of commands with a fixed seed: a rollback restores the state, a snapshot
// leads to the same decisions as the events, and units are conserved.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as the from '../testing/stock.ts'
import type { StockCommand } from './commands.ts'
import { decideStock } from './decide.ts'
import type { StockEvent } from './events.ts'
import { createStockFold, type StockFold } from './evolve.ts'

const fixed = { seed: 20_240_502, numRuns: 300 }

/** A command, and how many milliseconds it comes after the one before it. */
type Turn = { readonly command: StockCommand; readonly wait: number }

const reservation = fc.integer({ min: 10, max: 14 })
const small = fc.integer({ min: 1, max: 3 })
const staffId = fc.integer({ min: 100, max: 9_999 })
const named = (command: StockCommand, number: number): StockCommand => ({ ...command, commandId: the.id(number) })

const command: fc.Arbitrary<StockCommand> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(reservation, small).map(([name, quantity]) => the.reserve(name, quantity)) },
  { weight: 3, arbitrary: fc.tuple(reservation, small).map(([name, quantity]) => the.commit(name, quantity, null)) },
  { weight: 1, arbitrary: reservation.map((name) => the.extend(name, the.expiry + 600_000, null)) },
  { weight: 1, arbitrary: reservation.map((name) => the.release(name, null)) },
  { weight: 1, arbitrary: reservation.map((name) => the.close(name, null)) },
  { weight: 1, arbitrary: fc.constant(the.sweep) },
  { weight: 2, arbitrary: fc.tuple(reservation, small).map(([name, total]) => the.ship(name, total)) },
  { weight: 1, arbitrary: fc.tuple(reservation, small).map(([name, total]) => the.takeBack(name, 1, total)) },
  { weight: 2, arbitrary: fc.tuple(small, staffId).map(([quantity, number]) => the.receive(quantity, number)) },
  { weight: 1, arbitrary: fc.tuple(small, staffId).map(([quantity, number]) => named(the.count(quantity), number)) },
  { weight: 1, arbitrary: fc.tuple(small, staffId).map(([quantity, number]) => named(the.adjust(-quantity), number)) },
)
const wait = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400_000 }), fc.constant(4_000_000))
const story = fc.array(fc.record({ command, wait }), { maxLength: 40 })

/** Applies turns to a fold, each decided on the state before it. Answers the decisions, the events and the last time. */
const play = (fold: StockFold, turns: readonly Turn[], from: number) => {
  const said: ReturnType<typeof decideStock>[] = []
  const events: StockEvent[] = []
  let at = from
  for (const turn of turns) {
    at += turn.wait
    const decision = decideStock(turn.command, fold.state(), at)
    said.push(decision)
    for (const event of decision.events) {
      events.push(event)
      fold.apply(event, events.length)
    }
  }
  return { said, events, at }
}

test('a rollback restores the state', () => {
  fc.assert(
    fc.property(story, story, (kept, undone) => {
      const fold = createStockFold()
      const { at } = play(fold, kept, the.noon)
      const before = fold.snapshot()
      const mark = fold.mark()
      play(fold, undone, at)
      fold.rollBack(mark)
      expect(new Set(fold.snapshot().open)).toEqual(new Set(before.open))
      expect({ ...fold.snapshot(), open: [] }).toEqual({ ...before, open: [] })
    }),
    fixed,
  )
})

test('a rollback does not undo what is settled', () => {
  const fold = createStockFold()
  const { events } = play(fold, [{ command: the.receive(3, 900), wait: 0 }], the.noon)
  fold.settle()
  fold.rollBack(0)
  expect(events).toHaveLength(1)
  expect(fold.state().levels.onHand).toBe(3)
})

test('a fold from a snapshot decides like the fold from the events', () => {
  fc.assert(
    fc.property(story, story, (before, after) => {
      const whole = createStockFold()
      const { at } = play(whole, before, the.noon)
      const restored = createStockFold(JSON.parse(JSON.stringify(whole.snapshot())))
      expect(play(restored, after, at).said).toEqual(play(whole, after, at).said)
      expect(restored.snapshot()).toEqual(whole.snapshot())
    }),
    fixed,
  )
})

const signs: Readonly<Record<StockEvent['type'], number>> = {
  StockReceived: 1,
  StockAdjusted: 1,
  StockCounted: 0,
  SafetyStockSet: 0,
  StockReserved: 0,
  ReservationsRefused: 0,
  ReservationExtended: 0,
  ReservationCommitted: 0,
  ReservationReleased: 0,
  ReservationExpired: 0,
  ReservationVoided: 0,
  ReservationReinstated: 0,
  CommitmentCancelled: 0,
  StockShipped: -1,
  StockReturned: 1,
  StockShortfallFound: 0,
}

test('units are conserved: the units on hand are those that came minus those that left', () => {
  fc.assert(
    fc.property(story, (turns) => {
      const fold = createStockFold()
      let onHand = 0
      for (const event of play(fold, turns, the.noon).events) {
        if (event.type === 'StockCounted') onHand += event.data.difference
        else if ('quantity' in event.data && (event.type !== 'StockReturned' || event.data.restocked))
          onHand += signs[event.type] * event.data.quantity
        expect(event.data.onHandAfter).toBe(onHand)
      }
      const open = [...fold.state().open.values()]
      const held = open.reduce((sum, hold) => sum + (hold.stage === 'held' ? hold.quantity : 0), 0)
      const committed = open.reduce(
        (sum, hold) => sum + (hold.stage === 'committed' ? hold.quantity - hold.shipped : 0),
        0,
      )
      expect(fold.state().levels).toMatchObject({ onHand, held, committed })
    }),
    fixed,
  )
})
