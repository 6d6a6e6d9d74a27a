import path from 'node:path'
import { z } from 'zod'
import { freePort } from '#embedded/process/ports.ts'
import { connectRedis } from '#platform/redis/connect.ts'
import { pause } from '#platform/timers.ts'
import type { PrivateStack } from '#stack/private-stack.ts'
import { startProcess } from '#stack/process.ts'
import { stackSecrets } from '#stack/secrets.ts'
import type { Stack } from '#stack/stack.ts'
import { closable } from '../closing.ts'
import { showProgress } from '../report.ts'
import { openStack } from '../stack.ts'
import type { Request } from './requests.ts'

// A private stack with the sample catalogue and some orders, and beside its API another one that has no Redis.

export type Shop = {
  readonly url: string
  readonly urlWithoutCache: string
  readonly cards: readonly Request[]
  readonly orders: readonly Request[]
  /** Keys that Redis was asked for, since its start. */
  readonly cacheLookups: () => Promise<{ readonly hits: number; readonly misses: number }>
  readonly close: () => Promise<void>
}

/** The products that the shop sells, and how they get there. */
export type SampleCatalogue = {
  readonly products: ReadonlyArray<{ readonly sku: string; readonly quantity: number }>
  readonly load: (
    api: { readonly url: string; readonly staffToken: string },
    dataDir: string,
    say: (line: string) => void,
  ) => Promise<void>
}

const ordersPlaced = 50
const readyPolls = 300
const pollMilliseconds = 100

export const openShop = async (sample: SampleCatalogue): Promise<Shop> => {
  const stack = await openStack({})
  const { dataDir } = stack
  try {
    const plain = await startWithoutRedis(stack)
    const close = async (): Promise<void> => {
      await plain.stop()
      await stack.stop()
    }
    const url = stack.addresses.apiUrls[0] ?? ''
    await sample.load({ url, staffToken: stack.credentials.staffToken }, dataDir, showProgress)
    const cards = cardRequests(stack, sample)
    await untilListed(url, cards)
    const orders = await placeOrders(url, stack, sample)
    return { url, urlWithoutCache: plain.url, cards, orders, cacheLookups: lookupsOf(stack), close }
  } catch (error) {
    await stack.stop()
    throw error
  }
}

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

const bearer = ({ credentials }: Stack): string => `Bearer ${credentials.storefrontKey}`

const cardRequests = (stack: Stack, { products }: SampleCatalogue): readonly Request[] =>
  products.map(({ sku }) => ({ path: `/v1/products/${sku}`, headers: { authorization: bearer(stack) } }))

/** The read model follows the commands within moments. */
const untilListed = async (url: string, cards: readonly Request[]): Promise<void> => {
  for (let poll = 0; poll < readyPolls; poll += 1) {
    const answers = await Promise.all(cards.map(({ path: route, headers }) => fetch(`${url}${route}`, { headers })))
    for (const answer of answers) await answer.body?.cancel()
    if (answers.every(({ ok }) => ok)) return
    await pause(pollMilliseconds)
  }
  throw new Error('The sample products do not appear in the catalogue.')
}

const reserved = z.object({ reservationToken: z.string() })
const placed = z.object({ orderId: z.string(), orderToken: z.string(), position: z.string() })
const buyer = {
  customer: { email: 'ada@example.com' },
  shippingAddress: { name: 'Ada', line1: '1 Mill Lane', city: 'Bath', postalCode: 'BA1 1AA', country: 'GB' },
}

const placeOrders = async (url: string, stack: Stack, { products }: SampleCatalogue): Promise<readonly Request[]> => {
  const post = async (route: string, body: object): Promise<unknown> => {
    const headers = { authorization: bearer(stack), 'content-type': 'application/json' }
    const answer = await fetch(`${url}${route}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${route} answered ${answer.status}: ${await answer.text()}`)
    return answer.json()
  }
  const stocked = products.filter(({ quantity }) => quantity > 0)
  const requests: Request[] = []
  for (const { sku } of stocked.slice(0, ordersPlaced)) {
    const { reservationToken } = reserved.parse(await post('/v1/reservations', { lines: [{ sku, quantity: 1 }] }))
    const { orderId, orderToken, position } = placed.parse(await post('/v1/orders', { reservationToken, ...buyer }))
    const headers = { authorization: bearer(stack), 'order-token': orderToken }
    const first = await fetch(`${url}/v1/orders/${orderId}?minPosition=${position}`, { headers })
    if (!first.ok) throw new Error(`An order that was placed cannot be read: ${await first.text()}`)
    requests.push({ path: `/v1/orders/${orderId}`, headers })
  }
  return requests
}

const lookupsOf =
  ({ addresses: { redisUrl } }: Stack) =>
  async () => {
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
