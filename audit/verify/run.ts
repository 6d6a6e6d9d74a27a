import { connectEventStore } from '#platform/eventstore/client.ts'
import { readInvoiceLedger } from '#platform/invoice/ledger.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { entriesOf, readCharges } from '#platform/stripe/simulator-ledger.ts'
import type { InvariantOutcome } from './finding.ts'
import { verifyLog } from './log.ts'
import type { OrderRecord } from './order-record.ts'
import { compareLedger } from './provider-ledger.ts'
import { verifyReadModels } from './read-models.ts'

/** A second copy of a large table takes longer to compare than a query of the API may. */
const statementMilliseconds = 600_000
/** A payment may be on its way from the provider to the log. */
const motionMilliseconds = 60_000

export type VerifiedServers = {
  readonly eventStoreUrl: string
  readonly databaseUrl: string
  /** The payment simulator and its API key, if it is the provider. */
  readonly payments: { readonly url: string; readonly key: string } | undefined
}

/** Every invariant of docs/architecture.md over live servers, one after the other. */
export async function* verifyServers(
  servers: VerifiedServers,
  warn: (line: string) => void,
): AsyncGenerator<InvariantOutcome> {
  const { eventStoreUrl, databaseUrl, payments } = servers
  const client = connectEventStore(eventStoreUrl)
  const pool = createPool({ url: databaseUrl, statementMilliseconds, onError: ({ message }) => warn(message) })
  try {
    const { outcomes, orders, at } = await verifyLog(client, warn)
    yield* outcomes
    const isInMotion = ({ lastAt }: OrderRecord): boolean => at - lastAt < motionMilliseconds
    if (payments !== undefined) {
      const charges = await readCharges(payments.url, payments.key)
      yield compareLedger({ provider: 'stripe', entries: entriesOf(charges) }, orders, isInMotion)
    }
    yield compareLedger({ provider: 'invoice', entries: await readInvoiceLedger(pool) }, orders, isInMotion)
    yield* verifyReadModels({ client, pool, databaseUrl, warn })
  } finally {
    await client.dispose()
    await pool.end()
  }
}
