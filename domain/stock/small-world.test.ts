// Exhaustive: all sequences of up to five of a dozen commands on two or three units, judged after every event by an oracle of
// numbers and sets. The tree is walked with marks and roll backs of one fold, so each node costs one decision; that tests
// the roll back as well. Each guard of the decider is then taken out once, and the walk must notice.
import { describe, expect, test } from 'vitest'
import { AssertionError } from '../assert.ts'
import * as the from '../testing/stock.ts'
import { hear, newOracle, type Oracle, witness } from '../testing/stock-oracle.ts'
import type { Instant } from '../values/instant.ts'
import type { StockCommand, StockDecision } from './commands.ts'
import { decideStock } from './decide.ts'
import type { StockEvent } from './events.ts'
import { createStockFold } from './evolve.ts'
import type { StockState } from './state.ts'

type Decide = (command: StockCommand, state: StockState, at: Instant) => StockDecision
/** What can happen at a node: a command, made from the fence of its hold, or time that passes. */
type Move = ((fence: Instant | null, depth: number) => StockCommand) | 'wait'

const depthMax = 5
/** Two waits outlive a hold, none outlives the memory of a refusal. */
const waitMilliseconds = 11_000
const short = (command: StockCommand): StockCommand => ({
  ...command,
  ...(command.type === 'ReserveStock' && { ttlSeconds: 20 }),
})
const a = 10
const b = 11

/** Shoppers and orders against each other: two units for a, one for b. */
const holds: readonly Move[] = [
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

/** From the order to the parcel and back: two units are held for a and one for b, and counts take them away. */
const parcels: readonly Move[] = [
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

type Exploration = { readonly opening: readonly StockEvent[]; readonly moves: readonly Move[] }
const worldOfHolds: Exploration = { opening: [the.received(2, [2, 0, 0])], moves: holds }
const worldOfParcels: Exploration = {
  opening: [the.received(3, [3, 0, 0]), the.reserved(a, 2, [3, 2, 0]), the.reserved(b, 1, [3, 3, 0])],
  moves: parcels,
}

/** The state of the walk beside the fold: what goes back by itself when the walk does. */
type Place = { readonly oracle: Oracle; readonly at: Instant; readonly fence: Instant | null; readonly depth: number }

/** Walks every sequence and counts its steps. Throws where an event, or an answer, breaks a law. */
const walk = ({ opening, moves }: Exploration, decide: Decide): number => {
  const fold = createStockFold()
  for (const [revision, event] of opening.entries()) fold.apply(event, revision)
  fold.settle()
  let steps = 0
  const visit = (place: Place): void => {
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
        oracle = witness(oracle, event)
        fold.apply(event, 0)
      }
      const answered = command.type === 'ReserveStock' && command.reservationId === the.id(a)
      const held =
        answered && decision.outcome === 'accepted' && decision.answer.kind === 'held' ? decision.answer : null
      visit({ ...place, oracle: hear(oracle, command, decision), fence: held?.firstExpiresAt ?? place.fence, depth })
      fold.rollBack(mark)
    }
  }
  visit({ oracle: opening.reduce(witness, newOracle), at: the.noon, fence: null, depth: 0 })
  return steps
}

/** 12 + 12² + … + 12⁵ */
const everyStep = 271_452

describe('every sequence keeps the laws', () => {
  test('of holds', () => expect(walk(worldOfHolds, decideStock)).toBe(everyStep), 60_000)
  test('of parcels', () => expect(walk(worldOfParcels, decideStock)).toBe(everyStep), 60_000)
})

/** A decider that leaves out some of what it should write. */
const without =
  (leaveOut: (event: StockEvent) => boolean): Decide =>
  (command, state, at) => {
    const decision = decideStock(command, state, at)
    return { ...decision, events: decision.events.filter((event) => !leaveOut(event)) }
  }

/** A decider that is told of another state than the log's. */
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

describe('a guard that is taken out is noticed', () => {
  const broken: Readonly<
    Record<string, { readonly world: Exploration; readonly decide: Decide; readonly law: string }>
  > = {
    'refusals are not recorded': {
      world: worldOfHolds,
      decide: without(({ type }) => type === 'ReservationsRefused'),
      law: 'an answer given again writes nothing',
    },
    'tombstones are not left': {
      world: worldOfHolds,
      decide: without((event) => event.type === 'ReservationVoided' && event.data.quantity === 0),
      law: 'what was let go is not held any more',
    },
    'expiry is not written': {
      world: worldOfHolds,
      decide: without(({ type }) => type === 'ReservationExpired'),
      law: 'levels are the sums of the log',
    },
    'the shortfall is not recorded': {
      world: worldOfParcels,
      decide: without(({ type }) => type === 'StockShortfallFound'),
      law: 'no more is promised than there is, but for a recorded shortfall',
    },
    'the youngest are not voided': {
      world: worldOfHolds,
      decide: without((event) => event.type === 'ReservationVoided' && event.data.quantity > 0),
      law: 'levels are the sums of the log',
    },
    'a reinstated hold is not committed': {
      world: worldOfHolds,
      decide: without(({ type }) => type === 'ReservationCommitted'),
      law: 'what is reinstated is committed in the same append',
    },
    'other levels than the log’s are believed': {
      world: worldOfHolds,
      decide: seeing(({ levels }) => ({ levels: { ...levels, held: levels.held - 1 } })),
      law: 'levels are the sums of the log',
    },
    'ended holds are forgotten at once': {
      world: worldOfHolds,
      decide: seeing(() => ({ ended: { byKey: new Map() } })),
      law: 'a hold id begins once',
    },
    'open holds are forgotten': {
      world: worldOfHolds,
      decide: seeing(() => ({ open: new Map() })),
      law: 'an answer given again writes nothing',
    },
    'returns are forgotten': {
      world: worldOfParcels,
      decide: seeing(() => ({ returns: { byKey: new Map() } })),
      law: 'no more comes back than left',
    },
  }
  for (const [name, { world, decide, law }] of Object.entries(broken))
    test(name, () => expect(() => walk(world, decide)).toThrow(law), 60_000)

  test('the fold notices by itself what the oracle would', () => {
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
