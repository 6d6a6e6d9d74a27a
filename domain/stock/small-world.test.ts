// Exhaustive test: all sequences of up to five commands, out of a dozen, on two or three units. An oracle made of numbers
// and sets checks every event. The walk marks and rolls back one fold, so each node costs one decision, and the rollback is
// tested too. Negative controls: each guard of the decider is taken out once, and the walk must find that.
import { describe, expect, test } from 'vitest'
import { AssertionError } from '../assert.ts'
import * as the from '../testing/stock.ts'
import { afterAnswer, afterEvent, newOracle, type Oracle } from '../testing/stock-oracle.ts'
import type { Instant } from '../values/instant.ts'
import type { StockCommand, StockDecision } from './commands.ts'
import { decideStock } from './decide.ts'
import type { StockEvent } from './events.ts'
import { createStockFold } from './evolve.ts'
import type { StockState } from './state.ts'

type Decide = (command: StockCommand, state: StockState, at: Instant) => StockDecision
/** A step of the walk: a command, made from the fence of the hold, or a wait. */
type WalkStep = ((fence: Instant | null, depth: number) => StockCommand) | 'wait'

const depthMax = 5
/** Two waits are longer than a hold; all five are shorter than the memory of a refusal. */
const waitMilliseconds = 11_000
const short = (command: StockCommand): StockCommand => ({
  ...command,
  ...(command.type === 'ReserveStock' && { ttlSeconds: 20 }),
})
const a = 10
const b = 11

/** Shoppers and orders compete: a wants two units, b wants one. */
const holds: readonly WalkStep[] = [
  () => short(the.reserve(a, 2)),
  () => short(the.reserve(b, 1)),
  (fence) => the.commit(a, 2, fence),
  () => the.commit(b, 1, null),
  (fence) => the.release(a, fence),
  (fence) => the.close(a, fence),
  () => the.close(b, null),
  (fence) => the.extend(a, the.noon + 40_000, fence),
  'wait',
  () => the.sweep,
  (_, depth) => ({ ...the.count(1), commandId: the.id(200 + depth) }),
  (_, depth) => the.receive(1, 300 + depth),
]

/** From the order to the parcel and back: a holds two units and b one, and counts take units away. */
const parcels: readonly WalkStep[] = [
  () => the.reserve(a, 2),
  (fence) => the.commit(a, 2, fence),
  () => the.commit(b, 1, null),
  (fence) => the.close(a, fence),
  () => the.ship(a, 1),
  () => the.ship(a, 2),
  () => the.ship(b, 1),
  () => the.takeBack(a, 1, 1),
  () => the.takeBack(a, 1, 2, false),
  (_, depth) => ({ ...the.count(1), commandId: the.id(200 + depth) }),
  (_, depth) => ({ ...the.adjust(-1), commandId: the.id(300 + depth) }),
  (_, depth) => the.receive(1, 400 + depth),
]

type Exploration = { readonly opening: readonly StockEvent[]; readonly moves: readonly WalkStep[] }
const competingForUnits: Exploration = { opening: [the.received(2, [2, 0, 0])], moves: holds }
const shippingAndReturning: Exploration = {
  opening: [the.received(3, [3, 0, 0]), the.reserved(a, 2, [3, 2, 0]), the.reserved(b, 1, [3, 3, 0])],
  moves: parcels,
}

/** The immutable part of the walk's state, which needs no rollback. */
type WalkState = {
  readonly oracle: Oracle
  readonly at: Instant
  readonly fence: Instant | null
  readonly depth: number
}

/** Walks every sequence and counts the steps. Throws if an event or an answer breaks a law. */
const walk = ({ opening, moves }: Exploration, decide: Decide): number => {
  const fold = createStockFold()
  for (const [revision, event] of opening.entries()) fold.apply(event, revision)
  fold.settle()
  let steps = 0
  const visit = (place: WalkState): void => {
    if (place.depth === depthMax) return
    for (const move of moves) {
      steps += 1
      const depth = place.depth + 1
      if (move === 'wait') {
        visit({ ...place, at: place.at + waitMilliseconds, depth })
        continue
      }
      const command = move(place.fence, depth)
      const mark = fold.mark()
      const decision = decide(command, fold.state(), place.at)
      let oracle = place.oracle
      for (const event of decision.events) {
        oracle = afterEvent(oracle, event)
        fold.apply(event, 0)
      }
      const answered = command.type === 'ReserveStock' && command.reservationId === the.id(a)
      const held =
        answered && decision.outcome === 'accepted' && decision.answer.kind === 'held' ? decision.answer : null
      visit({
        ...place,
        oracle: afterAnswer(oracle, command, decision),
        fence: held?.firstExpiresAt ?? place.fence,
        depth,
      })
      fold.rollBack(mark)
    }
  }
  visit({ oracle: opening.reduce(afterEvent, newOracle), at: the.noon, fence: null, depth: 0 })
  return steps
}

/** 12 + 12² + … + 12⁵ */
const everyStep = 271_452

describe('every sequence keeps the laws', () => {
  test(
    'of shoppers and orders that compete',
    () => expect(walk(competingForUnits, decideStock)).toBe(everyStep),
    60_000,
  )
  test('of shipments and returns', () => expect(walk(shippingAndReturning, decideStock)).toBe(everyStep), 60_000)
})

/** A decider that leaves out some events. */
const without =
  (leaveOut: (event: StockEvent) => boolean): Decide =>
  (command, state, at) => {
    const decision = decideStock(command, state, at)
    return { ...decision, events: decision.events.filter((event) => !leaveOut(event)) }
  }

/** A decider that gets another state than the log's. */
const seeing =
  (change: (state: StockState) => Partial<StockState>): Decide =>
  (command, state, at) =>
    decideStock(
      command,
      {
        levels: state.levels,
        shortfallRecorded: state.shortfallRecorded,
        open: state.open,
        ended: state.ended,
        refusals: state.refusals,
        returns: state.returns,
        applied: state.applied,
        due: state.due,
        ...change(state),
      },
      at,
    )

describe('the walk finds that', () => {
  const broken: Readonly<
    Record<string, { readonly exploration: Exploration; readonly decide: Decide; readonly law: string }>
  > = {
    'refusals are not recorded': {
      exploration: competingForUnits,
      decide: without(({ type }) => type === 'ReservationsRefused'),
      law: 'a repeated answer appends nothing',
    },
    'tombstones are not left': {
      exploration: competingForUnits,
      decide: without((event) => event.type === 'ReservationVoided' && event.data.quantity === 0),
      law: 'a released hold id is not held again',
    },
    'expiry is not written': {
      exploration: competingForUnits,
      decide: without(({ type }) => type === 'ReservationExpired'),
      law: 'levels equal the sums of the log',
    },
    'the shortfall is not recorded': {
      exploration: shippingAndReturning,
      decide: without(({ type }) => type === 'StockShortfallFound'),
      law: 'held and committed units are on hand, except under a recorded shortfall',
    },
    'the youngest holds are not voided': {
      exploration: competingForUnits,
      decide: without((event) => event.type === 'ReservationVoided' && event.data.quantity > 0),
      law: 'levels equal the sums of the log',
    },
    'a reinstated hold is not committed': {
      exploration: competingForUnits,
      decide: without(({ type }) => type === 'ReservationCommitted'),
      law: 'a reinstated hold is committed in the same append',
    },
    'other levels than the log’s are used': {
      exploration: competingForUnits,
      decide: seeing(({ levels }) => ({ levels: { ...levels, held: levels.held - 1 } })),
      law: 'levels equal the sums of the log',
    },
    'ended holds are forgotten at once': {
      exploration: competingForUnits,
      decide: seeing(() => ({ ended: { byKey: new Map() } })),
      law: 'a hold id is reserved once',
    },
    'open holds are forgotten': {
      exploration: competingForUnits,
      decide: seeing(() => ({ open: new Map() })),
      law: 'a repeated answer appends nothing',
    },
    'returns are forgotten': {
      exploration: shippingAndReturning,
      decide: seeing(() => ({ returns: { byKey: new Map() } })),
      law: 'no more is returned than was shipped',
    },
  }
  for (const [name, { exploration, decide, law }] of Object.entries(broken))
    test(name, () => expect(() => walk(exploration, decide)).toThrow(law), 60_000)

  test('the fold alone finds that the shortfall is not recorded', () => {
    const blind = without(({ type }) => type === 'StockShortfallFound')
    const fold = createStockFold()
    for (const event of [the.received(1, [1, 0, 0]), the.reserved(a, 1, [1, 1, 0])]) fold.apply(event, 0)
    fold.apply(the.step('ReservationCommitted', a, 1, [1, 0, 1]), 0)
    const decision = blind(the.count(0), fold.state(), the.noon)
    expect(() => {
      for (const event of decision.events) fold.apply(event, 0)
    }).toThrow(AssertionError)
  })
})
