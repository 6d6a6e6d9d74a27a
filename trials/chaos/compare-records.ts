import { createLogVerifier } from '#audit/verify/log.ts'
import { compareLedger } from '#audit/verify/provider-ledger.ts'
import { verifyReadModels } from '#audit/verify/read-models.ts'
import type { RecordedEvent } from '#domain/events.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { cardSecondsMax } from '#platform/redis/product-cards.ts'
import { entriesOf } from '#platform/stripe/simulator-ledger.ts'
import { eventually } from '../shop/retry.ts'
import { compareAcknowledgements } from './acknowledgements.ts'
import { holdsExpiredEarly, ordersExpiredEarly } from './early-expiry.ts'
import type { FindingsByKind } from './findings.ts'
import type { ChaosHarness } from './harness.ts'
import { type Exchange, readJournal } from './journal.ts'
import type { LogEntry } from './log-copy.ts'
import { compareCharges, compareUnits } from './money.ts'
import { checkProgress } from './progress.ts'
import { type Unfinished, unfinishedOf } from './unfinished.ts'

// Judges a row. All faults end, the platform gets a bounded time to finish everything, and then five independent records are
// compared: the clients' journal, the log, the read models, the cached product cards and the payment provider's ledger. They
// agree only if nothing was lost and nothing was done twice.

const finishMillisecondsMax = 150_000
const statementMilliseconds = 120_000

const isReadable = (entry: LogEntry): entry is RecordedEvent => !('problem' in entry)

/** Waits until no order and no hold is unfinished. Resolves with what still is after the bound. */
export const untilFinished = async ({ logCopy }: ChaosHarness): Promise<Unfinished> => {
  let last: Unfinished = { orders: [], holds: [] }
  const look = async (): Promise<number> => {
    last = unfinishedOf((await logCopy.readOn()).filter(isReadable))
    return last.orders.length + last.holds.length
  }
  await eventually(
    () => look().catch(() => Number.POSITIVE_INFINITY),
    (unfinished) => unfinished === 0,
    { millisecondsMax: finishMillisecondsMax },
  ).catch(() => undefined)
  return last
}

/** Products whose cached card shows another availability than the read model. */
const differentCards = async ({ shop }: ChaosHarness): Promise<readonly string[]> => {
  const different = await Promise.all(
    shop.skus.map(async (sku) => {
      const [card, product] = await Promise.all([
        shop.shopper.get(`/v1/product-cards?ids=${sku}`),
        shop.shopper.get(`/v1/products/${sku}`),
      ])
      const shown = JSON.stringify(card.body).match(/"available":(\d+)/)?.[1]
      const known = JSON.stringify(product.body).match(/"available":(\d+)/)?.[1]
      return shown === known ? [] : [`${sku}: its card shows ${shown} available, its read model ${known}`]
    }),
  )
  return different.flat()
}

/** A process that dies between a commit and its cache invalidation leaves an old card, but only until the card expires. */
const compareCards = async (harness: ChaosHarness): Promise<readonly string[]> => {
  let last: readonly string[] = []
  const look = async (): Promise<number> => {
    last = await differentCards(harness)
    return last.length
  }
  await eventually(look, (different) => different === 0, { millisecondsMax: cardSecondsMax * 1_000 }).catch(
    () => undefined,
  )
  return last
}

const compareReadModels = async ({ client, stack, logCopy }: ChaosHarness): Promise<readonly string[]> => {
  const databaseUrl = stack.addresses.databaseUrl
  const pool = createPool({ url: databaseUrl, statementMilliseconds, onError: () => undefined })
  try {
    const end = (await logCopy.readOn()).at(-1)?.position ?? 0n
    const found = [...(await checkProgress(pool, end))]
    const ports = { client, pool, databaseUrl, follow: logCopy.follow }
    for await (const outcome of verifyReadModels({ ...ports, warn: () => undefined })) {
      const { invariant, checked, findings, isUnchecked } = outcome
      found.push(...findings.map((finding) => `${invariant}: ${finding}`))
      if (isUnchecked) found.push(`${invariant}: ${checked}`)
    }
    return found
  } finally {
    await pool.end()
  }
}

const verifyEntries = (entries: readonly LogEntry[]) => {
  const verifier = createLogVerifier()
  for (const entry of entries) verifier.take(entry)
  return verifier.result()
}

const compareAll = async (
  harness: ChaosHarness,
  exchanges: readonly Exchange[],
  unfinished: Unfinished,
): Promise<FindingsByKind> => {
  const entries = await harness.logCopy.readOn()
  const events = entries.filter(isReadable)
  const charges = await harness.payments.charges()
  const acknowledgements = compareAcknowledgements(exchanges, events)
  const log = verifyEntries(entries)
  const ledger = compareLedger({ provider: 'stripe', entries: entriesOf(charges) }, log.orders, () => false)
  const invariants = log.outcomes.flatMap(({ invariant, findings }) =>
    findings.map((finding) => `${invariant}: ${finding}`),
  )
  const isOversold = (finding: string): boolean => finding.startsWith('I1')
  return {
    oversold: [...invariants.filter(isOversold), ...compareUnits(exchanges)],
    lostAcks: [...acknowledgements.lost, ...(await harness.logCopy.changes())],
    doubleCharges: [...compareCharges(exchanges, charges), ...ledger.findings],
    leakedHolds: unfinished.holds,
    rebuildMismatches: await compareReadModels(harness),
    others: [
      ...unfinished.orders,
      ...acknowledgements.doubled,
      ...acknowledgements.unexpected,
      ...holdsExpiredEarly(events),
      ...ordersExpiredEarly(events),
      ...invariants.filter((finding) => !isOversold(finding)),
      ...(await compareCards(harness)),
    ],
  }
}

export type Comparison = {
  readonly found: FindingsByKind
  /** For people: how much was compared. */
  readonly summary: string
}

export const compareRecords = async (harness: ChaosHarness): Promise<Comparison> => {
  await harness.provider.setFaults({})
  const unfinished = await untilFinished(harness)
  const exchanges = readJournal(harness.journalFile)
  const successes = exchanges.filter(({ answers }) => answers.some(({ status }) => status < 300))
  const placed = successes.filter(({ path }) => path === '/v1/orders')
  const events = (await harness.logCopy.readOn()).length
  return {
    found: await compareAll(harness, exchanges, unfinished),
    summary: `${exchanges.length} requests, ${successes.length} successes, ${placed.length} orders, ${events} events`,
  }
}
