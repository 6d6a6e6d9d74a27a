import { createLogVerifier } from '#audit/verify/log.ts'
import { compareLedger } from '#audit/verify/provider-ledger.ts'
import { verifyReadModels } from '#audit/verify/read-models.ts'
import type { RecordedEvent } from '#domain/events.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { cardSecondsMax } from '#platform/redis/product-cards.ts'
import { entriesOf } from '#platform/stripe/simulator-ledger.ts'
import { eventually } from '../shop/eventually.ts'
import { expiredEarly, releasedEarly } from './early.ts'
import type { FindingsByKind } from './findings.ts'
import { type Exchange, readJournal } from './journal.ts'
import type { LogEntry } from './log-copy.ts'
import { compareCharges, compareUnits } from './money.ts'
import { compareProgress } from './progress.ts'
import { comparePromises } from './promises.ts'
import { type Unfinished, unfinishedOf } from './unfinished.ts'
import type { ChaosStage } from './world.ts'

// After each fault: everything heals, everything is finished within a bound, and then five records that nothing but the
// truth makes agree are held against each other: the driver's journal, the log, the read models, the caches, and the
// provider's book.

const settleMilliseconds = 150_000
const statementMilliseconds = 120_000

const isReadable = (entry: LogEntry): entry is RecordedEvent => !('problem' in entry)

const rest = ({ orders, holds }: Unfinished): number => orders.length + holds.length

/** Waits until nothing is under way any more; what still is after the bound is told. */
export const settled = async ({ logCopy }: ChaosStage): Promise<Unfinished> => {
  let last: Unfinished = { orders: [], holds: [] }
  const look = async (): Promise<number> => {
    last = unfinishedOf((await logCopy.readOn()).filter(isReadable))
    return rest(last)
  }
  await eventually(
    () => look().catch(() => Number.POSITIVE_INFINITY),
    (left) => left === 0,
    settleMilliseconds,
  ).catch(() => undefined)
  return last
}

/** A card that a cache keeps too long shows another availability than the read model. */
const differentCards = async ({ shop }: ChaosStage): Promise<readonly string[]> => {
  const different = await Promise.all(
    shop.skus.map(async (sku) => {
      const [card, product] = await Promise.all([
        shop.shopper.get(`/v1/product-cards?ids=${sku}`),
        shop.shopper.get(`/v1/products/${sku}`),
      ])
      const shown = JSON.stringify(card.body).match(/"available":(\d+)/)?.[1]
      const known = JSON.stringify(product.body).match(/"available":(\d+)/)?.[1]
      return shown === known ? [] : [`${sku}: its card shows ${shown} available, the read model ${known}`]
    }),
  )
  return different.flat()
}

/** Whoever dies between a commit and its invalidation leaves a card that is old for as long as a card lives, no longer. */
const compareCards = async (world: ChaosStage): Promise<readonly string[]> => {
  let last: readonly string[] = []
  const look = async (): Promise<number> => {
    last = await differentCards(world)
    return last.length
  }
  await eventually(look, (different) => different === 0, cardSecondsMax * 1_000).catch(() => undefined)
  return last
}

const compareReadModels = async ({ client, stack, logCopy }: ChaosStage): Promise<readonly string[]> => {
  const databaseUrl = stack.addresses.databaseUrl
  const pool = createPool({ url: databaseUrl, statementMilliseconds, onError: () => undefined })
  try {
    const end = (await logCopy.readOn()).at(-1)?.position ?? 0n
    const found = [...(await compareProgress(pool, end))]
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

/** Holds all records against each other. They have to be at rest. */
const compared = async (
  world: ChaosStage,
  exchanges: readonly Exchange[],
  left: Unfinished,
): Promise<FindingsByKind> => {
  const entries = await world.logCopy.readOn()
  const charges = await world.payments.charges()
  const promises = comparePromises(exchanges, entries.filter(isReadable))
  const log = verifyEntries(entries)
  const ledger = compareLedger({ provider: 'stripe', entries: entriesOf(charges) }, log.orders, () => false)
  const ofLog = log.outcomes.map(({ invariant, findings }) => findings.map((finding) => `${invariant}: ${finding}`))
  const isOversold = (line: string): boolean => line.startsWith('I1')
  return {
    oversold: [...ofLog.flat().filter(isOversold), ...compareUnits(exchanges)],
    lostAcks: [...promises.lost, ...(await world.logCopy.changed())],
    doubleCharges: [...compareCharges(exchanges, charges), ...ledger.findings],
    leakedHolds: left.holds,
    rebuildMismatches: await compareReadModels(world),
    others: [
      ...left.orders,
      ...promises.doubled,
      ...promises.odd,
      ...releasedEarly(entries.filter(isReadable)),
      ...expiredEarly(entries.filter(isReadable)),
      ...ofLog.flat().filter((line) => !isOversold(line)),
      ...(await compareCards(world)),
    ],
  }
}

export type Judgement = {
  readonly verdict: FindingsByKind
  /** For people: how much was held against each other. */
  readonly compared: string
}

export const judge = async (world: ChaosStage): Promise<Judgement> => {
  await world.provider.setFaults({})
  const left = await settled(world)
  const exchanges = readJournal(world.journalFile)
  const successes = exchanges.filter(({ answers }) => answers.some(({ status }) => status < 300))
  const placed = successes.filter(({ path }) => path === '/v1/orders')
  const events = (await world.logCopy.readOn()).length
  return {
    verdict: await compared(world, exchanges, left),
    compared: `${exchanges.length} requests, ${successes.length} successes, ${placed.length} orders, ${events} events`,
  }
}
