// I1, checked without the domain's own fold: a second, simpler reading of what each stock event does to a shelf. It knows
// numbers and open holds alone, and names the first event of a stream at which the log contradicts it.
import { unreachable } from '#domain/assert.ts'
import type { RecordedEvent } from '#domain/events.ts'
import type { StockEvent } from '#domain/stock/events.ts'
import { count, createFindings, type InvariantOutcome } from './finding.ts'

export type HoldRecord = {
  readonly stream: string
  readonly reservationId: string
  readonly line: number
  readonly stage: 'held' | 'committed'
  /** Units held, or committed and not shipped. */
  readonly units: number
  readonly expiresAt: number
}

type Shelf = {
  onHand: number
  held: number
  committed: number
  received: number
  found: number
  returned: number
  shipped: number
  writtenOff: number
  revision: number
  shortfall: boolean
  /** The level that the last event itself states. */
  stated: number
  readonly holds: Map<string, HoldRecord>
}

const emptyShelf = (): Shelf => ({
  onHand: 0,
  held: 0,
  committed: 0,
  received: 0,
  found: 0,
  returned: 0,
  shipped: 0,
  writtenOff: 0,
  revision: -1,
  shortfall: false,
  stated: 0,
  holds: new Map(),
})

type Recorded = RecordedEvent<StockEvent>
type Named = { readonly reservationId: string; readonly line: number; readonly quantity: number }

const nameOf = ({ reservationId, line }: Named): string => `${reservationId}/${line}`

/** Units counted more or less than the books had. */
const correct = (shelf: Shelf, difference: number): void => {
  shelf.onHand += difference
  if (difference > 0) shelf.found += difference
  else shelf.writtenOff -= difference
}

const hold = (
  shelf: Shelf,
  { stream }: Recorded,
  named: Named & { readonly expiresAt: number },
): string | undefined => {
  if (shelf.holds.has(nameOf(named))) return `the hold ${nameOf(named)} is open already`
  const { reservationId, line, quantity, expiresAt } = named
  shelf.held += quantity
  shelf.holds.set(nameOf(named), { stream, reservationId, line, stage: 'held', units: quantity, expiresAt })
  return undefined
}

/** Takes units from an open hold, which ends with its last one. */
const take = (shelf: Shelf, named: Named, stage: HoldRecord['stage']): string | undefined => {
  const open = shelf.holds.get(nameOf(named))
  if (open?.stage !== stage) return `the hold ${nameOf(named)} is not ${stage}`
  if (named.quantity > open.units) return `the hold ${nameOf(named)} has ${open.units} units`
  shelf[stage] -= named.quantity
  const units = open.units - named.quantity
  if (units === 0) shelf.holds.delete(nameOf(named))
  else shelf.holds.set(nameOf(named), { ...open, units })
  return undefined
}

const commit = (shelf: Shelf, named: Named): string | undefined => {
  const open = shelf.holds.get(nameOf(named))
  const problem = take(shelf, named, 'held')
  if (problem !== undefined || open === undefined) return problem
  if (open.units !== named.quantity) return `the hold ${nameOf(named)} has ${open.units} units`
  shelf.committed += named.quantity
  shelf.holds.set(nameOf(named), { ...open, stage: 'committed' })
  return undefined
}

const extend = (shelf: Shelf, named: Named & { readonly expiresAt: number }): string | undefined => {
  const open = shelf.holds.get(nameOf(named))
  if (open?.stage !== 'held') return `the hold ${nameOf(named)} is not held`
  shelf.holds.set(nameOf(named), { ...open, expiresAt: named.expiresAt })
  return undefined
}

const ship = (shelf: Shelf, named: Named): string | undefined => {
  const problem = take(shelf, named, 'committed')
  shelf.onHand -= named.quantity
  shelf.shipped += named.quantity
  return problem
}

const giveBack = (
  shelf: Shelf,
  { quantity, restocked }: { readonly quantity: number; readonly restocked: boolean },
): void => {
  shelf.returned += quantity
  if (restocked) shelf.onHand += quantity
  else shelf.writtenOff += quantity
}

/** The change of the levels by the event, or why it cannot have happened. */
const move = (shelf: Shelf, event: Recorded): string | undefined => {
  switch (event.type) {
    case 'StockReceived':
      shelf.onHand += event.data.quantity
      shelf.received += event.data.quantity
      return undefined
    case 'StockAdjusted':
      return void correct(shelf, event.data.quantity)
    case 'StockCounted':
      return void correct(shelf, event.data.quantity - shelf.onHand)
    case 'StockReserved':
    case 'ReservationReinstated':
      return hold(shelf, event, event.data)
    case 'ReservationExtended':
      return extend(shelf, event.data)
    case 'ReservationCommitted':
      return commit(shelf, event.data)
    case 'ReservationReleased':
    case 'ReservationExpired':
      return take(shelf, event.data, 'held')
    case 'ReservationVoided':
      return event.data.reason === 'shortfall' ? take(shelf, event.data, 'held') : undefined
    case 'CommitmentCancelled':
      return take(shelf, event.data, 'committed')
    case 'StockShipped':
      return ship(shelf, event.data)
    case 'StockReturned':
      return void giveBack(shelf, event.data)
    case 'SafetyStockSet':
    case 'ReservationsRefused':
    case 'StockShortfallFound':
      return undefined
    default:
      return unreachable(event)
  }
}

const contradiction = (shelf: Shelf, event: Recorded): string | undefined => {
  if (event.revision !== shelf.revision + 1) return `it follows revision ${shelf.revision}`
  const problem = move(shelf, event)
  if (problem !== undefined) return problem
  const { onHandAfter, heldAfter, committedAfter } = event.data
  const reached = `${shelf.onHand} on hand, ${shelf.held} held, ${shelf.committed} committed`
  const stated = `${onHandAfter} on hand, ${heldAfter} held, ${committedAfter} committed`
  if (reached !== stated) return `it says ${stated}; the events so far make ${reached}`
  const fits = shelf.held + shelf.committed <= shelf.onHand
  if (event.type === 'StockShortfallFound') shelf.shortfall = true
  else if (fits) shelf.shortfall = false
  return fits || shelf.shortfall ? undefined : `${reached}, and no shortfall was recorded`
}

export type StockOracle = {
  readonly take: (event: Recorded) => void
  readonly openHolds: () => Iterable<HoldRecord>
  readonly outcomes: () => readonly InvariantOutcome[]
}

/** Memory: some numbers for each stock stream, and the holds that are open. */
export const createStockOracle = (): StockOracle => {
  const shelves = new Map<string, Shelf>()
  const broken = new Set<string>()
  const oversold = createFindings()
  let events = 0

  const laws = (): InvariantOutcome => {
    const unequal = createFindings()
    for (const [stream, shelf] of shelves) {
      const into = shelf.received + shelf.found + shelf.returned
      const out = shelf.stated + shelf.shipped + shelf.writtenOff
      if (into !== out && !broken.has(stream))
        unequal.add(`${stream}: ${into} received, found and returned; ${out} on hand, shipped and written off`)
    }
    const checked = `${count(shelves.size)} stock streams`
    return { invariant: 'I1 received + returned = on hand + shipped + written off', checked, findings: unequal.all() }
  }

  return {
    take: (event) => {
      events += 1
      const shelf = shelves.get(event.stream) ?? emptyShelf()
      shelves.set(event.stream, shelf)
      if (broken.has(event.stream)) return
      const problem = contradiction(shelf, event)
      shelf.revision = event.revision
      shelf.stated = event.data.onHandAfter
      if (problem === undefined) return
      broken.add(event.stream)
      oversold.add(`${event.stream} revision ${event.revision}, ${event.type}: ${problem}`)
    },
    openHolds: function* () {
      for (const shelf of shelves.values()) yield* shelf.holds.values()
    },
    outcomes: () => [
      {
        invariant: 'I1 never more held and committed than on hand',
        checked: `${count(events)} stock events`,
        findings: oversold.all(),
      },
      laws(),
    ],
  }
}
