import { unreturned } from '#domain/order/quantities.ts'
import { derivedId } from '#domain/values/ids.ts'
import { returnCommandOf } from './ids.ts'
import type { CancellationLine } from './line.ts'
import type { Purchase } from './purchases.ts'

// Which purchases a cancelled line takes back: the same customer's of the same sku, of a strictly earlier date, newest
// first, then the higher invoice number, up to what was bought and not yet returned.

/** `customerId` is null for a customer nobody sold to. `occurrence` counts lines of one invoice and sku. */
export type Cancellation = Omit<CancellationLine, 'type' | 'email'> & {
  readonly customerId: string | null
  readonly occurrence: number
}

export type Match = {
  readonly cancellation: Cancellation
  readonly orderId: string
  readonly commandId: string
  readonly quantity: number
  /** An earlier run has taken it back. */
  readonly before: boolean
}

export type Matching = {
  readonly matches: readonly Match[]
  readonly unmatched: number
  readonly partly: number
  readonly whole: number
}

type Candidate = Purchase & { left: number }

const keyOf = (customerId: string, sku: string): string => `${customerId} ${sku}`

const newestFirst = (one: Purchase, other: Purchase): number => {
  if (one.at !== other.at) return other.at - one.at
  return other.invoice.localeCompare(one.invoice, 'en', { numeric: true })
}

const candidatesOf = (purchases: readonly Purchase[]): ReadonlyMap<string, readonly Candidate[]> => {
  const byKey = new Map<string, Candidate[]>()
  for (const purchase of purchases.toSorted(newestFirst)) {
    const left = unreturned(purchase.order)
    for (const [sku, lines] of Map.groupBy(purchase.order.lines, (line) => line.sku)) {
      const units = lines.reduce((sum, { line }) => sum + (left.get(line) ?? 0), 0)
      const key = keyOf(purchase.order.customerId, sku)
      byKey.set(key, [...(byKey.get(key) ?? []), { ...purchase, left: units }])
    }
  }
  return byKey
}

const returnedBefore = ({ order }: Purchase, commandId: string): number => {
  const returnId = derivedId('return', commandId)
  const known = order.returns.find((entry) => entry.returnId === returnId)
  return known?.lines.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0
}

const matchOne = (cancellation: Cancellation, candidates: readonly Candidate[], mapping: string): readonly Match[] => {
  const matches: Match[] = []
  let missing = cancellation.quantity
  const add = (candidate: Candidate, quantity: number, before: boolean): void => {
    const { orderId } = candidate
    const commandId = returnCommandOf(mapping, cancellation, orderId)
    matches.push({ cancellation, orderId, commandId, quantity, before })
    missing -= quantity
  }
  for (const candidate of candidates) {
    const quantity = returnedBefore(candidate, returnCommandOf(mapping, cancellation, candidate.orderId))
    if (quantity > 0) add(candidate, quantity, true)
  }
  const known = new Set(matches.map(({ orderId }) => orderId))
  for (const candidate of candidates) {
    const quantity = Math.min(missing, candidate.left)
    // What an order took back for this line is in its log for good, under an id that is used once.
    if (quantity <= 0 || candidate.at >= cancellation.at || known.has(candidate.orderId)) continue
    candidate.left -= quantity
    add(candidate, quantity, false)
  }
  return matches
}

/** Cancellations in order of date, then of file. */
export const matchCancellations = (
  cancellations: readonly Cancellation[],
  purchases: readonly Purchase[],
  mapping: string,
): Matching => {
  const candidates = candidatesOf(purchases)
  const matches: Match[] = []
  let unmatched = 0
  let partly = 0
  for (const cancellation of cancellations.toSorted((one, other) => one.at - other.at)) {
    const { customerId, sku, quantity } = cancellation
    const found = customerId === null ? [] : (candidates.get(keyOf(customerId, sku)) ?? [])
    const own = matchOne(cancellation, found, mapping)
    const taken = own.reduce((sum, match) => sum + match.quantity, 0)
    if (taken === 0) unmatched += 1
    else if (taken < quantity) partly += 1
    matches.push(...own)
  }
  return { matches, unmatched, partly, whole: cancellations.length - unmatched - partly }
}
