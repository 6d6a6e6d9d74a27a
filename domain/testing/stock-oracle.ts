import type { StockCommand, StockDecision } from '../stock/commands.ts'
import type { StockEvent } from '../stock/events.ts'

// An oracle for one stock stream, made of numbers and sets. It shares no code with the fold that it checks. It is immutable,
// so that a walk over all sequences can return to an earlier state.

/** What the log says about one hold id so far. */
type Life =
  | { readonly stage: 'held'; readonly quantity: number }
  | { readonly stage: 'committed'; readonly left: number }
  /**
   * An expired hold can be reinstated, one that is over cannot. The next event after a reinstatement must commit the hold.
   */
  | { readonly stage: 'expired' | 'over' }
  | { readonly stage: 'reinstated'; readonly quantity: number }

export type Oracle = {
  readonly onHand: number
  readonly held: number
  readonly committed: number
  readonly received: number
  readonly returned: number
  readonly shipped: number
  readonly writtenOff: number
  /** The last recorded shortfall. */
  readonly shortfall: number
  readonly lives: ReadonlyMap<string, Life>
  /** The first answer to each hold id, refusals included. */
  readonly answers: ReadonlyMap<string, string>
  /** Hold ids that a shopper released or an order closed. */
  readonly letGo: ReadonlySet<string>
}

export const newOracle: Oracle = {
  onHand: 0,
  held: 0,
  committed: 0,
  received: 0,
  returned: 0,
  shipped: 0,
  writtenOff: 0,
  shortfall: 0,
  lives: new Map(),
  answers: new Map(),
  letGo: new Set(),
}

class Violation extends Error {}

const demand = (condition: boolean, law: string): void => {
  if (!condition) throw new Violation(law)
}

const nameOf = (named: { readonly reservationId: string; readonly line: number }): string =>
  `${named.reservationId}#${named.line}`

const live = (oracle: Oracle, name: string, life: Life): Oracle => ({
  ...oracle,
  lives: new Map(oracle.lives).set(name, life),
})

type HoldEvent = Exclude<StockEvent, { readonly type: 'ReservationsRefused' | 'StockShortfallFound' | StaffType }>
type StaffType = 'StockReceived' | 'StockAdjusted' | 'StockCounted' | 'SafetyStockSet'

/** Ends a hold, which must be open. */
const resolve = (oracle: Oracle, event: HoldEvent, stage: 'expired' | 'over'): Oracle => {
  const life = oracle.lives.get(nameOf(event.data))
  demand(life?.stage === 'held', `${event.type}: each hold resolves once`)
  const quantity = life?.stage === 'held' ? life.quantity : 0
  demand(quantity === event.data.quantity, `${event.type}: a hold resolves completely`)
  return live({ ...oracle, held: oracle.held - quantity }, nameOf(event.data), { stage })
}

const countHoldEvent = (oracle: Oracle, event: HoldEvent): Oracle => {
  const name = nameOf(event.data)
  const life = oracle.lives.get(name)
  const { quantity } = event.data
  switch (event.type) {
    case 'StockReserved':
      demand(life === undefined, 'a hold id is reserved once')
      demand(!oracle.letGo.has(name), 'a released hold id is not held again')
      return live({ ...oracle, held: oracle.held + quantity }, name, { stage: 'held', quantity })
    case 'ReservationExtended':
      demand(life?.stage === 'held', 'only an open hold is extended')
      return oracle
    case 'ReservationReleased':
      return resolve(oracle, event, 'over')
    case 'ReservationExpired':
      return resolve(oracle, event, 'expired')
    case 'ReservationVoided':
      if (event.data.reason === 'shortfall') return resolve(oracle, event, 'over')
      demand(quantity === 0, 'a tombstone has no units')
      demand(life === undefined || life.stage === 'expired', 'a tombstone is left only for an unknown or expired hold')
      return live(oracle, name, { stage: 'over' })
    case 'ReservationReinstated':
      demand(life?.stage === 'expired', 'only an expired hold is reinstated')
      return live({ ...oracle, held: oracle.held + quantity }, name, { stage: 'reinstated', quantity })
    case 'ReservationCommitted': {
      const fits = (life?.stage === 'held' || life?.stage === 'reinstated') && life.quantity === quantity
      demand(fits, 'what is committed was held')
      const moved = { ...oracle, held: oracle.held - quantity, committed: oracle.committed + quantity }
      return live(moved, name, { stage: 'committed', left: quantity })
    }
    case 'CommitmentCancelled':
      demand(life?.stage === 'committed' && life.left === quantity, 'a commitment ends once and completely')
      return live({ ...oracle, committed: oracle.committed - quantity }, name, { stage: 'over' })
    case 'StockShipped': {
      const left = (life?.stage === 'committed' ? life.left : 0) - quantity
      demand(left >= 0, 'no more is shipped than is committed')
      const { onHand, committed, shipped } = oracle
      const moved = {
        ...oracle,
        onHand: onHand - quantity,
        committed: committed - quantity,
        shipped: shipped + quantity,
      }
      return live(moved, name, left === 0 ? { stage: 'over' } : { stage: 'committed', left })
    }
    case 'StockReturned': {
      const returned = oracle.returned + quantity
      demand(returned <= oracle.shipped, 'no more is returned than was shipped')
      if (event.data.restocked) return { ...oracle, returned, onHand: oracle.onHand + quantity }
      return { ...oracle, returned, writtenOff: oracle.writtenOff + quantity }
    }
  }
}

const countEvent = (oracle: Oracle, event: StockEvent): Oracle => {
  switch (event.type) {
    case 'StockReceived': {
      const { quantity } = event.data
      return { ...oracle, onHand: oracle.onHand + quantity, received: oracle.received + quantity }
    }
    case 'StockAdjusted':
    case 'StockCounted': {
      const change = event.type === 'StockCounted' ? event.data.quantity - oracle.onHand : event.data.quantity
      return { ...oracle, onHand: oracle.onHand + change, writtenOff: oracle.writtenOff - change }
    }
    case 'StockShortfallFound':
      return { ...oracle, shortfall: event.data.quantity }
    case 'SafetyStockSet':
    case 'ReservationsRefused':
      return oracle
    default:
      return countHoldEvent(oracle, event)
  }
}

/** The oracle after an event. Throws a Violation with the law that the event breaks. */
export const afterEvent = (before: Oracle, event: StockEvent): Oracle => {
  const oracle = countEvent(before, event)
  const { onHand, held, committed } = oracle
  const { onHandAfter, heldAfter, committedAfter } = event.data
  demand(
    onHand === onHandAfter && held === heldAfter && committed === committedAfter,
    'levels equal the sums of the log',
  )
  demand(onHand >= 0 && held >= 0 && committed >= 0, 'no level is below zero')
  demand(
    held + committed <= onHand + oracle.shortfall,
    'held and committed units are on hand, except under a recorded shortfall',
  )
  const came = oracle.received + oracle.returned
  demand(
    came === onHand + oracle.shipped + oracle.writtenOff,
    'received and returned units are on hand, shipped or written off',
  )
  const covered = held + committed <= onHand && event.type !== 'StockShortfallFound'
  return covered && oracle.shortfall !== 0 ? { ...oracle, shortfall: 0 } : oracle
}

/** The oracle after the answer to a command. A hold id has one answer until it has ended. */
export const afterAnswer = (oracle: Oracle, command: StockCommand, decision: StockDecision): Oracle => {
  if ([...oracle.lives.values()].some(({ stage }) => stage === 'reinstated'))
    throw new Violation('a reinstated hold is committed in the same append')
  if (command.type === 'ReleaseHold' || command.type === 'CloseHold') {
    if (decision.outcome === 'refused') return oracle
    return { ...oracle, letGo: new Set(oracle.letGo).add(nameOf(command)) }
  }
  if (command.type !== 'ReserveStock') return oracle
  const name = nameOf(command)
  const answer = JSON.stringify(decision.outcome === 'accepted' ? decision.answer : decision.refusal)
  const first = oracle.answers.get(name)
  if (first === undefined) return { ...oracle, answers: new Map(oracle.answers).set(name, answer) }
  demand(decision.events.length === 0, 'a repeated answer appends nothing')
  demand(first === answer || answer === '{"code":"reservation_closed"}', 'a hold id has one answer')
  return oracle
}
