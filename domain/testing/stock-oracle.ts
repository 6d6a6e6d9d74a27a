import type { StockCommand, StockDecision } from '../stock/commands.ts'
import type { StockEvent } from '../stock/events.ts'

// A second opinion on one stock stream, with numbers and sets alone: it shares nothing with the fold that it judges. It is
// immutable, so that a walk over all sequences can go back to where it was.

/** What the log says of one hold id so far. */
type Life =
  | { readonly stage: 'held'; readonly quantity: number }
  | { readonly stage: 'committed'; readonly left: number }
  /** Expired: it may come back. Over: it may not. Reinstated: the very next event commits it. */
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
  /** The shortfall that the log last spoke of. */
  readonly shortfall: number
  readonly lives: ReadonlyMap<string, Life>
  /** The first answer to each hold id, refusals included. */
  readonly answers: ReadonlyMap<string, string>
  /** Hold ids whose shopper or order let go. */
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

export class Violation extends Error {}

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

/** A hold that is resolved must be open, and is so no more. */
const resolve = (oracle: Oracle, event: HoldEvent, stage: 'expired' | 'over'): Oracle => {
  const life = oracle.lives.get(nameOf(event.data))
  demand(life?.stage === 'held', `${event.type}: each hold resolves once`)
  const quantity = life?.stage === 'held' ? life.quantity : 0
  demand(quantity === event.data.quantity, `${event.type}: a hold resolves whole`)
  return live({ ...oracle, held: oracle.held - quantity }, nameOf(event.data), { stage })
}

const afterHoldEvent = (oracle: Oracle, event: HoldEvent): Oracle => {
  const name = nameOf(event.data)
  const life = oracle.lives.get(name)
  const { quantity } = event.data
  switch (event.type) {
    case 'StockReserved':
      demand(life === undefined, 'a hold id begins once')
      demand(!oracle.letGo.has(name), 'what was let go is not held any more')
      return live({ ...oracle, held: oracle.held + quantity }, name, { stage: 'held', quantity })
    case 'ReservationExtended':
      demand(life?.stage === 'held', 'only what is held is extended')
      return oracle
    case 'ReservationReleased':
      return resolve(oracle, event, 'over')
    case 'ReservationExpired':
      return resolve(oracle, event, 'expired')
    case 'ReservationVoided':
      if (event.data.reason === 'shortfall') return resolve(oracle, event, 'over')
      demand(life === undefined && quantity === 0, 'a tombstone stands where nothing was')
      return live(oracle, name, { stage: 'over' })
    case 'ReservationReinstated':
      demand(life?.stage === 'expired', 'only an expired hold comes back')
      return live({ ...oracle, held: oracle.held + quantity }, name, { stage: 'reinstated', quantity })
    case 'ReservationCommitted': {
      const fits = (life?.stage === 'held' || life?.stage === 'reinstated') && life.quantity === quantity
      demand(fits, 'what is committed was held')
      const moved = { ...oracle, held: oracle.held - quantity, committed: oracle.committed + quantity }
      return live(moved, name, { stage: 'committed', left: quantity })
    }
    case 'CommitmentCancelled':
      demand(life?.stage === 'committed' && life.left === quantity, 'a commitment ends once, and whole')
      return live({ ...oracle, committed: oracle.committed - quantity }, name, { stage: 'over' })
    case 'StockShipped': {
      const left = (life?.stage === 'committed' ? life.left : 0) - quantity
      demand(left >= 0, 'no more ships than is committed')
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
      demand(returned <= oracle.shipped, 'no more comes back than left')
      if (event.data.restocked) return { ...oracle, returned, onHand: oracle.onHand + quantity }
      return { ...oracle, returned, writtenOff: oracle.writtenOff + quantity }
    }
  }
}

const after = (oracle: Oracle, event: StockEvent): Oracle => {
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
      return afterHoldEvent(oracle, event)
  }
}

/** The oracle after an event; throws a Violation that names the law that the event breaks. */
export const witness = (before: Oracle, event: StockEvent): Oracle => {
  const oracle = after(before, event)
  const { onHand, held, committed } = oracle
  const { onHandAfter, heldAfter, committedAfter } = event.data
  demand(onHand === onHandAfter && held === heldAfter && committed === committedAfter, 'levels are the sums of the log')
  demand(onHand >= 0 && held >= 0 && committed >= 0, 'no level is below zero')
  demand(
    held + committed <= onHand + oracle.shortfall,
    'no more is promised than there is, but for a recorded shortfall',
  )
  const came = oracle.received + oracle.returned
  demand(came === onHand + oracle.shipped + oracle.writtenOff, 'what came is on hand, shipped or written off')
  const covered = held + committed <= onHand && event.type !== 'StockShortfallFound'
  return covered && oracle.shortfall !== 0 ? { ...oracle, shortfall: 0 } : oracle
}

/** The oracle after the answer to a command: a hold id has one answer, until it has ended. */
export const hear = (oracle: Oracle, command: StockCommand, decision: StockDecision): Oracle => {
  if ([...oracle.lives.values()].some(({ stage }) => stage === 'reinstated'))
    throw new Violation('what is reinstated is committed in the same append')
  if (command.type === 'ReleaseHold' || command.type === 'CloseHold') {
    if (decision.outcome === 'refused') return oracle
    return { ...oracle, letGo: new Set(oracle.letGo).add(nameOf(command)) }
  }
  if (command.type !== 'ReserveStock') return oracle
  const name = nameOf(command)
  const answer = JSON.stringify(decision.outcome === 'accepted' ? decision.answer : decision.refusal)
  const first = oracle.answers.get(name)
  if (first === undefined) return { ...oracle, answers: new Map(oracle.answers).set(name, answer) }
  demand(decision.events.length === 0, 'an answer given again writes nothing')
  demand(first === answer || answer === '{"code":"reservation_closed"}', 'a hold id has one answer')
  return oracle
}
