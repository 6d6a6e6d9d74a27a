import type { EventStoreDBClient } from '@eventstore/db-client'
import { followLog } from '#platform/eventstore/follow-log.ts'
import type { FollowedEntry } from '#platform/eventstore/recorded-event.ts'
import { isOrderEvent, isStockEvent } from '#projections/events.ts'
import { count, createFindings, type InvariantOutcome } from './finding.ts'
import { createOrderOracle, type OrderOracle } from './order-oracle.ts'
import { createStockOracle } from './stock-oracle.ts'

export type LogVerification = {
  readonly outcomes: readonly InvariantOutcome[]
  readonly orders: ReturnType<OrderOracle['orders']>
  /** Log time at its end. */
  readonly at: number
}

export type LogVerifier = {
  readonly take: (entry: FollowedEntry) => void
  readonly result: () => LogVerification
}

/** Takes every event of the log once, in its order. */
export const createLogVerifier = (): LogVerifier => {
  const stock = createStockOracle()
  const orders = createOrderOracle()
  const unreadable = createFindings()
  let events = 0
  let at = 0
  const take = (entry: FollowedEntry): void => {
    events += 1
    at = Math.max(at, entry.created)
    if ('problem' in entry) {
      unreadable.add(`${entry.stream} revision ${entry.revision}: ${entry.problem}`)
      return
    }
    if (isStockEvent(entry)) {
      stock.take(entry)
      orders.takeStock(entry)
    } else if (isOrderEvent(entry)) orders.takeOrder(entry)
  }
  const result = (): LogVerification => {
    const readable = {
      invariant: 'I0 every event can be read',
      checked: `${count(events)} events`,
      findings: unreadable.all(),
    }
    return {
      outcomes: [readable, ...stock.outcomes(), ...orders.outcomes(at, stock.openHolds())],
      orders: orders.orders(),
      at,
    }
  }
  return { take, result }
}

/** Reads the whole log once, as far as it goes now. */
export const verifyLog = async (client: EventStoreDBClient, warn: (line: string) => void): Promise<LogVerification> => {
  const verifier = createLogVerifier()
  const stopping = new AbortController()
  for await (const { entries, live } of followLog(client, { after: 'start', signal: stopping.signal, warn })) {
    for (const entry of entries) verifier.take(entry)
    if (live) break
  }
  return verifier.result()
}
