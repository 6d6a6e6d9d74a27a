import { type Data, listIn, numberIn, textIn } from './data.ts'

// The invariants of one sku at one location at every revision, with plain counters and sets.

type Hold = {
  stage: 'held' | 'committed' | 'ended'
  ending: string
  readonly quantity: number
  readonly firstExpiresAt: number
  expiresAt: number
  shipped: number
  returned: number
}

export type StockBook = {
  /** Applies an event; answers the broken invariant, if there is one. */
  readonly take: (type: string, data: Data) => string | undefined
  readonly hold: (reservationId: string, line: number) => Readonly<Hold> | undefined
  readonly holds: () => Iterable<readonly [string, Readonly<Hold>]>
  readonly levels: () => Levels
}

type Levels = {
  readonly onHand: number
  readonly held: number
  readonly committed: number
  readonly safety: number
}

export const createStockBook = (): StockBook => {
  const holds = new Map<string, Hold>()
  const sums = { onHand: 0, held: 0, committed: 0, safety: 0 }
  /** Units in and out, for the conservation law. */
  const flow = { received: 0, corrected: 0, returned: 0, shipped: 0 }
  /** Promised units beyond the stock, as far as the log has recorded a shortfall. */
  let excessKnown = 0
  let shortfallFound = 0

  const keyOf = (data: Data): string => `${textIn(data, 'reservationId')}/${numberIn(data, 'line')}`
  const excess = (): number => sums.held + sums.committed - sums.onHand

  const end = (data: Data, from: 'held' | 'committed', ending: string): string | undefined => {
    const hold = holds.get(keyOf(data))
    if (hold?.stage !== from) return `ends what is ${hold?.stage ?? 'unknown'}, not ${from}`
    const quantity = from === 'held' ? hold.quantity : hold.quantity - hold.shipped
    if (numberIn(data, 'quantity') !== quantity) return 'ends with another quantity than is open'
    sums[from] -= quantity
    hold.stage = 'ended'
    hold.ending = ending
    return undefined
  }

  const reserve = (data: Data): string | undefined => {
    const quantity = numberIn(data, 'quantity')
    if (holds.has(keyOf(data))) return 'holds again under an id that was held or let go before'
    if (sums.onHand - sums.held - sums.committed - sums.safety < quantity) return 'holds more than was available'
    const expiresAt = numberIn(data, 'expiresAt')
    holds.set(keyOf(data), {
      stage: 'held',
      ending: '',
      quantity,
      firstExpiresAt: expiresAt,
      expiresAt,
      shipped: 0,
      returned: 0,
    })
    sums.held += quantity
    return undefined
  }

  const changeHold = (type: string, data: Data): string | undefined => {
    const hold = holds.get(keyOf(data))
    const quantity = numberIn(data, 'quantity')
    switch (type) {
      case 'ReservationVoided':
        if (textIn(data, 'reason') === 'shortfall') return end(data, 'held', 'voided')
        if (hold?.stage === 'held' || hold?.stage === 'committed') return 'a tombstone over an open hold'
        holds.set(keyOf(data), {
          stage: 'ended',
          ending: 'voided',
          quantity: 0,
          shipped: 0,
          returned: 0,
          firstExpiresAt: 0,
          expiresAt: 0,
        })
        return undefined
      case 'ReservationReleased':
        return end(data, 'held', 'released')
      case 'ReservationExpired':
        if (hold && numberIn(data, 'at') < hold.expiresAt) return 'expires before its time'
        return end(data, 'held', 'expired')
      case 'CommitmentCancelled':
        return end(data, 'committed', 'cancelled')
      default:
        if (hold === undefined) return 'of an unknown hold'
    }
    switch (type) {
      case 'ReservationExtended':
        if (hold.stage !== 'held') return `extends what is ${hold.stage}`
        hold.expiresAt = numberIn(data, 'expiresAt')
        return undefined
      case 'ReservationReinstated':
        if (hold.ending !== 'expired') return `brings back what was ${hold.ending}`
        hold.stage = 'held'
        hold.ending = ''
        sums.held += quantity
        return undefined
      case 'ReservationCommitted':
        if (hold.stage !== 'held') return `commits what is ${hold.stage}`
        hold.stage = 'committed'
        sums.held -= quantity
        sums.committed += quantity
        return undefined
      case 'StockShipped':
        if (hold.stage !== 'committed') return `ships what is ${hold.stage}`
        hold.shipped += quantity
        if (hold.shipped > hold.quantity) return 'ships more than was committed'
        if (hold.shipped === hold.quantity) {
          hold.stage = 'ended'
          hold.ending = 'shipped'
        }
        sums.committed -= quantity
        sums.onHand -= quantity
        flow.shipped += quantity
        return undefined
      default:
        hold.returned += quantity
        if (hold.returned > hold.shipped) return 'takes back more than was shipped'
        if (data.restocked === true) {
          sums.onHand += quantity
          flow.returned += quantity
        }
        return undefined
    }
  }

  const change = (type: string, data: Data): string | undefined => {
    switch (type) {
      case 'StockReceived':
        sums.onHand += numberIn(data, 'quantity')
        flow.received += numberIn(data, 'quantity')
        return undefined
      case 'StockAdjusted':
      case 'StockCounted': {
        const difference = numberIn(data, type === 'StockAdjusted' ? 'quantity' : 'difference')
        sums.onHand += difference
        flow.corrected += difference
        excessKnown = Math.max(excessKnown, shortfallFound)
        return undefined
      }
      case 'SafetyStockSet':
        sums.safety = numberIn(data, 'quantity')
        return undefined
      case 'StockShortfallFound':
        shortfallFound = numberIn(data, 'quantity')
        return undefined
      case 'StockReserved':
        return reserve(data)
      case 'ReservationsRefused':
        return listIn(data, 'refusals').some((refusal) => holds.get(keyOf(refusal))?.stage === 'held')
          ? 'refuses what is held'
          : undefined
      default:
        return changeHold(type, data)
    }
  }

  const broken = (data: Data): string | undefined => {
    const { onHand, held, committed } = sums
    const said = [numberIn(data, 'onHandAfter'), numberIn(data, 'heldAfter'), numberIn(data, 'committedAfter')]
    if (said.some((level, index) => level !== [onHand, held, committed][index]))
      return `says ${said.join(', ')} where ${onHand}, ${held}, ${committed} are counted`
    if (onHand < 0 || held < 0 || committed < 0) return 'a level below zero'
    if (excess() > excessKnown) return `oversold: ${held} held and ${committed} committed of ${onHand}`
    excessKnown = Math.max(0, Math.min(excessKnown, excess()))
    const { received, corrected, returned, shipped } = flow
    return received + corrected + returned === onHand + shipped ? undefined : 'units are lost or made'
  }

  return {
    take: (type, data) => change(type, data) ?? broken(data),
    hold: (reservationId, line) => holds.get(`${reservationId}/${line}`),
    holds: () => holds,
    levels: () => ({ ...sums }),
  }
}
