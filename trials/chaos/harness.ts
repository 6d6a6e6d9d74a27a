import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventStoreDBClient } from '@eventstore/db-client'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { type PrivateStack, startPrivateStack } from '#stack/private-stack.ts'
import { type Caller, createCaller } from '../shop/caller.ts'
import { openPayments, type Payments } from '../shop/payments.ts'
import { stockProduct } from '../shop/shop.ts'
import { type Random, randomOf } from '../simulation/random.ts'
import { type ApiEndpoint, type Client, createClient } from './client.ts'
import { openJournal } from './journal.ts'
import { copyLog, type LogCopy } from './log-copy.ts'
import { openProvider, type Provider } from './provider.ts'
import type { Shop } from './scenarios.ts'

/** The test harness of a run: a private platform, the clients that use it, and the records of what they did. */
export type ChaosHarness = {
  readonly stack: PrivateStack
  readonly client: EventStoreDBClient
  readonly journalFile: string
  readonly logCopy: LogCopy
  /** Sends every request to api-1, the API process that rows stop, pause and watch. */
  readonly shop: Shop
  /** Sends each request to one of the API processes, like a load balancer. */
  readonly balancedShop: Shop
  /** A shopper whose requests are not written to the journal. */
  readonly unrecordedShopper: Caller
  readonly payments: Payments
  readonly provider: Provider
  readonly random: Random
  /** From now on, `prepare` is called right before each start of this part and returns its extra environment variables. */
  readonly onStart: (part: string, prepare: () => Readonly<Record<string, string>>) => void
  /** Resolves at the first success of a request that is sent after this call, to that API process if `part` is given. */
  readonly nextSuccess: (part?: string) => Promise<void>
  readonly say: (line: string) => void
  readonly stop: PrivateStack['stop']
}

export type HarnessOptions = {
  readonly seed: number
  readonly say: (line: string) => void
}

const skus = ['CHAOS-1', 'CHAOS-2', 'CHAOS-3', 'CHAOS-4', 'CHAOS-5'] as const
const initialUnits = 60
/** Two, so that a request that killed one API process is repeated to the other. */
const apis = 2
/** A short window, so that unpaid orders expire during the run and not a quarter of an hour later. */
const settings = { PAYMENT_WINDOW_SECONDS: '60' }
const disposeMillisecondsMax = 2_000
const noFaultVariables = { CRASH_AT: '', NODE_OPTIONS: '' }

type Waiter = { readonly part: string | undefined; readonly since: number; readonly resolve: () => void }

/** Resolves each waiter at the first success of a request that was sent after the waiter began to wait. */
const createSuccesses = () => {
  const waiters = new Set<Waiter>()
  return {
    next: (part?: string): Promise<void> =>
      new Promise((resolve) => void waiters.add({ part, since: performance.now(), resolve })),
    succeeded: (part: string, sentAt: number): void => {
      for (const waiter of waiters)
        if (waiter.since <= sentAt && (waiter.part ?? part) === part) {
          waiters.delete(waiter)
          waiter.resolve()
        }
    },
  }
}

/** Starts a private platform with stock, and the journal of its clients. */
export const startHarness = async ({ seed, say }: HarnessOptions): Promise<ChaosHarness> => {
  const prepared = new Map<string, () => Readonly<Record<string, string>>>()
  const environmentOf = (part: string): Readonly<Record<string, string>> => ({
    ...noFaultVariables,
    ...prepared.get(part)?.(),
  })
  const stack = await startPrivateStack({ apis, settings, environmentOf, say: () => undefined })
  const { addresses, credentials, dataDir } = stack
  const journalFile = path.join(dataDir, 'journal.jsonl')
  const journal = openJournal(journalFile)
  const successes = createSuccesses()
  const newKey = (): string => `chaos-${randomUUID()}`
  const newSku = (prefix: string): string => `${prefix}-${randomUUID().split('-', 1)[0]}`.toUpperCase()
  const random = randomOf(seed, 'chaos')
  const [firstUrl = '', ...otherUrls] = addresses.apiUrls
  const clientOf = (credential: string, others: readonly string[]): Client => {
    const endpointOf = (url: string, index: number): ApiEndpoint => ({
      part: `api-${index + 1}`,
      caller: createCaller(url, credential),
    })
    const endpoints = [endpointOf(firstUrl, 0), ...others.map((url, index) => endpointOf(url, index + 1))] as const
    return createClient({ endpoints, random, journal, newKey, succeeded: successes.succeeded })
  }
  const client = connectEventStore(addresses.eventStoreUrl)
  const payments = openPayments(stack)
  const provider = openProvider(stack)
  /** A shop whose clients use api-1 and the APIs at these addresses. */
  const shopAt = (others: readonly string[]): Shop => ({
    shopper: clientOf(credentials.storefrontKey, others),
    staff: clientOf(credentials.staffToken, others),
    payments,
    provider,
    random,
    newKey,
    newSku,
    skus,
  })
  const shop = shopAt([])
  for (const [index, sku] of skus.entries())
    await stockProduct(shop.staff, { sku, price: 1_000 + 111 * index, quantity: initialUnits })
  return {
    stack,
    client,
    journalFile,
    logCopy: copyLog(client),
    shop,
    balancedShop: shopAt(otherUrls),
    unrecordedShopper: createCaller(firstUrl, credentials.storefrontKey),
    payments,
    provider,
    random,
    onStart: (part, prepare) => void prepared.set(part, prepare),
    nextSuccess: successes.next,
    say,
    stop: async (options) => {
      journal.close()
      await stack.stop(options)
      // If the event store died during a read, the client may wait for that read for ever.
      await Promise.race([client.dispose(), sleep(disposeMillisecondsMax)])
    },
  }
}
