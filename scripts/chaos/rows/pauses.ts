// Row 13: who owned a piece of work is paused in the middle of it, others go on without it, and it is woken: what it still
// believes must be refused. Each story names the append that it holds back, so that the refusal itself is seen.
import { setTimeout as sleep } from 'node:timers/promises'
import { orderStream, stockStream } from '#domain/streams.ts'
import { createCaller } from '../../shop/caller.ts'
import { eventually } from '../../shop/eventually.ts'
import { fieldOf } from '../../shop/field.ts'
import { type Placed, place, reserve, stockProduct } from '../../shop/shop.ts'
import { killRunning, pauseProcess } from '../kills.ts'
import { withLoad } from '../load.ts'
import { heldBackAppend, restartPausingAt, whilePaused } from '../pauses.ts'
import type { Row, Run } from '../run.ts'
import type { World } from '../world.ts'

const shoppers = 6
const milliseconds = 30_000
/** Past the ten seconds that somebody owns what they do, and those that a lease lasts. */
const millisecondsSample = 12_000
const takeOverMilliseconds = 60_000
const card = { paymentMethod: 'pm_card_visa' }

const tell = (wrong: Run['wrong'], finding: string | undefined): void => {
  if (finding !== undefined) wrong(finding)
}

const confirmed = ({ logCopy }: World, orderId: string): Promise<unknown> =>
  eventually(
    async () =>
      (await logCopy.readOn()).some(
        (entry) => 'type' in entry && entry.type === 'OrderConfirmed' && entry.stream === orderStream(orderId),
      ),
    Boolean,
    takeOverMilliseconds,
  )

const oneUnit = async ({ shop }: World) => {
  const sku = `PAUSED-${shop.newKey().slice(-8)}`.toUpperCase()
  await stockProduct(shop.staff, { sku, price: 1_000, quantity: 1 })
  return [{ sku, quantity: 1 }] as const
}

const placeOne = async (world: World): Promise<Placed> => {
  const { shopper } = world.shop
  return place(shopper, await reserve(shopper, await oneUnit(world)))
}

/** Its own appends to the order from the first: placed, payment requested, object made, authorized, stock committed, captured. */
const firstOfPayment = 3
const lastOfPayment = 6

/** The API is about to write what the provider did; the worker finds it out and writes it. */
const pauseApiInCheckout = async ({ world, wrong }: Run, pauseMilliseconds: number): Promise<void> => {
  const hit = firstOfPayment + world.random.below(lastOfPayment - firstOfPayment + 1)
  await restartPausingAt(world, 'api-1', `append.order.before:${hit}`)
  const { orderId, orderToken } = await placeOne(world)
  const paying = world.shop.shopper.post(`/v1/orders/${orderId}/pay`, card, { orderToken })
  await whilePaused(world, 'api-1', pauseMilliseconds, () => confirmed(world, orderId))
  tell(wrong, await heldBackAppend(world, 'api-1', orderStream(orderId)))
  const status = fieldOf((await paying).body, 'status')
  if (status !== 'confirmed') wrong(`${orderStream(orderId)}: paid while the API was paused, its payment is ${status}`)
}

/** The API died with the capture in its hand; the worker is about to write it; another worker takes over from the worker. */
const pauseWorkerInCheckout = async ({ world, wrong }: Run, pauseMilliseconds: number): Promise<void> => {
  const { shop, strangers, stack } = world
  // Else the provider tells the API before any worker looks.
  await world.provider.setFaults({ webhooks: [{ kind: 'never' }] })
  await restartPausingAt(world, 'worker-1', 'append.order.before:1')
  world.onStart('api-1', () => ({ CRASH_AT: 'provider.captureIntent.after:1' }))
  await killRunning(world, 'api-1')
  world.onStart('api-1', () => ({}))
  const { orderId, orderToken } = await placeOne(world)
  const options = { key: shop.newKey(), orderToken }
  const back = stack.parts.get('api-1')?.next()
  await strangers.post(`/v1/orders/${orderId}/pay`, card, options).catch(() => undefined)
  await back
  const other = await whilePaused(world, 'worker-1', pauseMilliseconds, async () => {
    const started = await stack.startAnother('worker')
    await confirmed(world, orderId)
    return started
  })
  tell(wrong, await heldBackAppend(world, 'worker-1', orderStream(orderId)))
  const paid = await shop.shopper.post(`/v1/orders/${orderId}/pay`, card, options)
  const status = fieldOf(paid.body, 'status')
  if (status !== 'confirmed') wrong(`${orderStream(orderId)}: taken over from a worker, its payment is ${status}`)
  await other.stop()
  await world.provider.setFaults({})
}

/** One unit is left. Who decided to give it away is paused, and somebody else sells it. */
const pauseApiBeforeLastUnit = async ({ world, wrong }: Run): Promise<void> => {
  const { shop, stack } = world
  const lines = await oneUnit(world)
  const stream = stockStream(lines[0].sku, 'MAIN')
  const other = await stack.startAnother('api')
  await restartPausingAt(world, 'api-1', 'append.stock.before:1')
  const reserving = shop.shopper.post('/v1/reservations', { lines, ttlSeconds: 60 })
  await whilePaused(world, 'api-1', 0, async () => {
    await reserve(createCaller(other.url ?? '', stack.credentials.storefrontKey), lines, { ttlSeconds: 60 })
  })
  tell(wrong, await heldBackAppend(world, 'api-1', stream))
  const { status } = await reserving
  if (status !== 409) wrong(`${stream}: its only unit was given away twice: the second was answered ${status}`)
  await other.stop()
}

export const pausedRow: Row = {
  number: 13,
  name: 'the API and the worker paused in the middle of what they own, overtaken, and woken',
  run: async (run) => {
    const { world, sample } = run
    const pauseMilliseconds = sample ? millisecondsSample : milliseconds
    await pauseApiBeforeLastUnit(run)
    await pauseApiInCheckout(run, pauseMilliseconds)
    await pauseWorkerInCheckout(run, pauseMilliseconds)
    await withLoad(world.shop, shoppers, async () => {
      for (const part of ['api-1', 'worker-1']) {
        await sleep(1_000)
        await pauseProcess(world, part, pauseMilliseconds)
        await world.nextSuccess()
      }
    })
  },
}
