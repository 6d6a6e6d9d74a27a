import path from 'node:path'
import { freePort } from '#embedded/process/ports.ts'
import { connectRedis } from '#platform/redis/connect.ts'
import type { PrivateStack } from '#stack/private-stack.ts'
import { startProcess } from '#stack/process.ts'
import { stackSecrets } from '#stack/secrets.ts'
import type { Stack } from '#stack/stack.ts'
import { createCaller } from '../../shop/caller.ts'
import { eventually } from '../../shop/retry.ts'
import { place, reserve } from '../../shop/shop.ts'
import { showProgress } from '../reporting/progress.ts'
import { closable } from '../servers/closing.ts'
import { openStack } from '../servers/stack.ts'
import type { GetRequest } from './traffic.ts'

// A private stack with the sample catalogue and some orders, and a second API of it that has no Redis.

type CacheLookups = { readonly hits: number; readonly misses: number }

export type ReadShop = {
  readonly url: string
  readonly urlWithoutRedis: string
  /** One request for each product of the catalogue. */
  readonly productRequests: readonly GetRequest[]
  /** One request for each order that was placed. */
  readonly orderRequests: readonly GetRequest[]
  /** Lookups in Redis since it started. */
  readonly cacheLookups: () => Promise<CacheLookups>
  readonly close: () => Promise<void>
}

/** The products that the shop sells, and the function that puts them into it. */
export type SampleCatalogue = {
  readonly products: ReadonlyArray<{ readonly sku: string; readonly quantity: number }>
  readonly load: (
    api: { readonly url: string; readonly staffToken: string },
    dataDir: string,
    say: (line: string) => void,
  ) => Promise<void>
}

const ordersPlaced = 50
const listedBounds = { intervalMilliseconds: 100, millisecondsMax: 30_000 }

const startWithoutRedis = async ({ addresses, dataDir }: PrivateStack) => {
  const secrets = stackSecrets(dataDir)
  const port = await freePort()
  const api = await startProcess({
    name: 'api-without-redis',
    script: 'api/main.ts',
    logDir: path.join(dataDir, 'logs'),
    environment: {
      PORT: String(port),
      HOLDFAST_DATA_DIR: dataDir,
      EVENTSTORE_URL: addresses.eventStoreUrl,
      DATABASE_URL: addresses.databaseUrl,
      REDIS_URL: '',
      STRIPE_API_URL: addresses.paymentsUrl ?? '',
      STRIPE_API_KEY: secrets.paymentKey,
      STRIPE_WEBHOOK_SECRET: secrets.webhookSecret,
      MASTER_KEY: secrets.masterKey,
      AUTH_JWT_SECRET: secrets.jwtSecret,
    },
  })
  return { url: `http://127.0.0.1:${port}`, stop: closable(api.stop) }
}

/** Waits until the read model has all products. */
const untilListed = async (url: string, requests: readonly GetRequest[]): Promise<void> => {
  const areListed = async (): Promise<boolean> => {
    const answers = await Promise.all(requests.map(({ path: route, headers }) => fetch(`${url}${route}`, { headers })))
    for (const answer of answers) await answer.body?.cancel()
    return answers.every(({ ok }) => ok)
  }
  await eventually(areListed, (listed) => listed, listedBounds)
}

/** Places orders and waits until each can be read. Resolves with the requests that read them. */
const placeOrders = async (
  url: string,
  storefrontKey: string,
  { products }: SampleCatalogue,
): Promise<readonly GetRequest[]> => {
  const shopper = createCaller(url, storefrontKey)
  const inStock = products.filter(({ quantity }) => quantity > 0)
  const requests: GetRequest[] = []
  for (const { sku } of inStock.slice(0, ordersPlaced)) {
    const order = await place(shopper, await reserve(shopper, [{ sku, quantity: 1 }]))
    const { orderId, orderToken, position } = order
    const { status } = await shopper.get(`/v1/orders/${orderId}?minPosition=${position}`, { orderToken })
    if (status !== 200) throw new Error(`a placed order cannot be read: ${status}`)
    const headers = { authorization: `Bearer ${storefrontKey}`, 'order-token': orderToken }
    requests.push({ path: `/v1/orders/${orderId}`, headers })
  }
  return requests
}

const cacheLookupsOf = async ({ addresses: { redisUrl } }: Stack): Promise<CacheLookups> => {
  if (redisUrl === undefined) return { hits: 0, misses: 0 }
  const redis = connectRedis(redisUrl, showProgress)
  try {
    await new Promise((resolve) => redis.once('ready', resolve))
    const stats = await redis.info('stats')
    const count = (name: string): number => Number(new RegExp(`${name}:(\\d+)`).exec(stats)?.[1] ?? 0)
    return { hits: count('keyspace_hits'), misses: count('keyspace_misses') }
  } finally {
    redis.disconnect()
  }
}

export const openReadShop = async (sample: SampleCatalogue): Promise<ReadShop> => {
  const stack = await openStack({})
  const { dataDir } = stack
  const { staffToken, storefrontKey } = stack.credentials
  try {
    const apiWithoutRedis = await startWithoutRedis(stack)
    const url = stack.addresses.apiUrls[0] ?? ''
    await sample.load({ url, staffToken }, dataDir, showProgress)
    const headers = { authorization: `Bearer ${storefrontKey}` }
    const productRequests = sample.products.map(({ sku }) => ({ path: `/v1/products/${sku}`, headers }))
    await untilListed(url, productRequests)
    return {
      url,
      urlWithoutRedis: apiWithoutRedis.url,
      productRequests,
      orderRequests: await placeOrders(url, storefrontKey, sample),
      cacheLookups: () => cacheLookupsOf(stack),
      close: async () => {
        await apiWithoutRedis.stop()
        await stack.stop()
      },
    }
  } catch (error) {
    await stack.stop()
    throw error
  }
}
