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
import { type Client, createClient, type Door } from './client.ts'
import { openJournal } from './journal.ts'
import type { Shop } from './journeys.ts'
import { copyLog, type LogCopy } from './log-copy.ts'
import { openProvider, type Provider } from './provider.ts'

export type ChaosStage = {
  readonly stack: PrivateStack
  readonly client: EventStoreDBClient
  readonly journalFile: string
  readonly logCopy: LogCopy
  /** Through the first API alone, which is the one that rows stop, pause and watch. */
  readonly shop: Shop
  /** Each request through one of the APIs, as behind a load balancer. */
  readonly balancedShop: Shop
  /** Shoppers whom the journal does not know. */
  readonly strangers: Caller
  readonly payments: Payments
  readonly provider: Provider
  readonly random: Random
  /** Asked right before each start of this part, from now on: the variables that it gets, this time. */
  readonly onStart: (part: string, prepare: () => Readonly<Record<string, string>>) => void
  /** Resolves with the first success of a request that is sent from now on, to that API where one is named. */
  readonly nextSuccess: (part?: string) => Promise<void>
  readonly say: (line: string) => void
  readonly stop: PrivateStack['stop']
}

export type ChaosStageOptions = {
  readonly seed: number
  readonly say: (line: string) => void
}

const skus = ['CHAOS-1', 'CHAOS-2', 'CHAOS-3', 'CHAOS-4', 'CHAOS-5'] as const
const unitsAtFirst = 60
/** Two, so that a request that one of them dies of is repeated to the other. */
const apis = 2
/** An order that is not paid is over within the run, and not a quarter of an hour later. */
const settings = { PAYMENT_WINDOW_SECONDS: '60' }
const disposeMillisecondsMax = 2_000
const unarmed = { CRASH_AT: '', NODE_OPTIONS: '' }

type Waiter = { readonly part: string | undefined; readonly since: number; readonly resolve: () => void }

/** Tells whoever waits of the first success that was asked for after they began to wait. */
const createSuccesses = () => {
  const waiters = new Set<Waiter>()
  return {
    next: (part?: string): Promise<void> =>
      new Promise((resolve) => void waiters.add({ part, since: performance.now(), resolve })),
    tell: (part: string, askedAt: number): void => {
      for (const waiter of waiters)
        if (waiter.since <= askedAt && (waiter.part ?? part) === part) {
          waiters.delete(waiter)
          waiter.resolve()
        }
    },
  }
}

/** A stack of its own, stocked, with a journal beside it. */
export const openStage = async ({ seed, say }: ChaosStageOptions): Promise<ChaosStage> => {
  const prepared = new Map<string, () => Readonly<Record<string, string>>>()
  const environmentOf = (part: string): Readonly<Record<string, string>> => ({ ...unarmed, ...prepared.get(part)?.() })
  const stack = await startPrivateStack({ apis, settings, environmentOf, say: () => undefined })
  const { addresses, credentials, dataDir } = stack
  const journalFile = path.join(dataDir, 'journal.jsonl')
  const journal = openJournal(journalFile)
  const successes = createSuccesses()
  const newKey = (): string => `chaos-${randomUUID()}`
  const random = randomOf(seed, 'chaos')
  const [firstUrl = '', ...otherUrls] = addresses.apiUrls
  const clientOf = (credential: string, others: readonly string[]): Client => {
    const doorOf = (url: string, index: number): Door => ({
      part: `api-${index + 1}`,
      caller: createCaller(url, credential),
    })
    const doors = [doorOf(firstUrl, 0), ...others.map((url, index) => doorOf(url, index + 1))] as const
    return createClient({ doors, random, journal, newKey, succeeded: successes.tell })
  }
  const client = connectEventStore(addresses.eventStoreUrl)
  const payments = openPayments(stack)
  const provider = openProvider(stack)
  /** Its people talk to the first API, and to these. */
  const shopAt = (others: readonly string[]): Shop => ({
    shopper: clientOf(credentials.storefrontKey, others),
    staff: clientOf(credentials.staffToken, others),
    ...{ payments, provider, random, newKey, skus },
  })
  const shop = shopAt([])
  for (const [index, sku] of skus.entries())
    await stockProduct(shop.staff, { sku, price: 1_000 + 111 * index, quantity: unitsAtFirst })
  return {
    ...{ stack, client, journalFile, logCopy: copyLog(client), payments, provider, random, say },
    ...{ shop, balancedShop: shopAt(otherUrls) },
    strangers: createCaller(firstUrl, credentials.storefrontKey),
    onStart: (part, prepare) => void prepared.set(part, prepare),
    nextSuccess: successes.next,
    stop: async (options) => {
      journal.close()
      await stack.stop(options)
      // A client whose server died under a read may wait for that read for ever.
      await Promise.race([client.dispose(), sleep(disposeMillisecondsMax)])
    },
  }
}
