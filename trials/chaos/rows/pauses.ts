// Row 13: who owned a piece of work is paused in the middle of it, others go on without it, and it is woken: what it still
// believes must be refused. Each story names the append that it holds back, so that the refusal itself is seen.
import { setTimeout as sleep } from 'node:timers/promises'
import { orderStream, stockStream } from '#domain/streams.ts'
import { createCaller } from '../../shop/caller.ts'
import { eventually } from '../../shop/eventually.ts'
import { fieldOf } from '../../shop/field.ts'
import { insist } from '../../shop/insist.ts'
import { type Placed, place, reserve, stockProduct } from '../../shop/shop.ts'
import { pauseProcess } from '../kills.ts'
import { withLoad } from '../load.ts'
import { heldBackAppend, restartWith, whilePaused } from '../pauses.ts'
import type { Row, Run } from '../run.ts'
import type { ChaosStage } from '../world.ts'

const shoppers = 6
const milliseconds = 30_000
/** Past the ten seconds that somebody owns what they do, and those that a lease lasts. */
const millisecondsSample = 12_000
const takeOverMilliseconds = 60_000
const heldSeconds = 60
const card = { paymentMethod: 'pm_card_visa' }

const storiesMax = 3

/**
 * Tells a story, which answers the stream that its pause is about, and sees that the append held back there was refused.
 * Any other order may fall due just then and be what the process is stopped at: then the story is told again.
 */
const untilHeldBack = async ({ world, wrong }: Run, part: string, story: () => Promise<string>): Promise<void> => {
  for (let told = 0; told < storiesMax; told += 1) {
    const stream = await story()
    const heldBack = await heldBackAppend(world, part)
    if (heldBack === undefined) return wrong(`${part} was woken before an append to ${stream}, and never sent it`)
    if (heldBack.stream !== stream) continue
    if (heldBack.outcome !== 'conflict')
      wrong(`${part} was woken late, and its append to ${stream} was ${heldBack.outcome}`)
    return
  }
  wrong(`${part} was stopped at other streams, ${storiesMax} times`)
}

const confirmed = ({ logCopy }: ChaosStage, orderId: string): Promise<unknown> =>
  eventually(
    async () =>
      (await logCopy.readOn()).some(
        (entry) => 'type' in entry && entry.type === 'OrderConfirmed' && entry.stream === orderStream(orderId),
      ),
    Boolean,
    takeOverMilliseconds,
  )

const oneUnit = async ({ shop }: ChaosStage) => {
  const sku = `PAUSED-${shop.newKey().slice(-8)}`.toUpperCase()
  await stockProduct(shop.staff, { sku, price: 1_000, quantity: 1 })
  return [{ sku, quantity: 1 }] as const
}

const placeOne = async (world: ChaosStage): Promise<Placed> => {
  const { shopper } = world.shop
  return place(shopper, await reserve(shopper, await oneUnit(world)))
}

/** What the API appends to the order while it is paid: requested, object made, authorized, stock committed, captured. */
const firstAfterRequest = 2
const lastOfPayment = 5

/** Asks the first API alone, once: the same key is asked again later, of anybody. */
const payOnce = ({ strangers }: ChaosStage, { orderId, orderToken }: Placed, key: string): Promise<unknown> =>
  strangers.post(`/v1/orders/${orderId}/pay`, card, { key, orderToken }).catch(() => undefined)

const expectPaid = async ({ world, wrong }: Run, { orderId, orderToken }: Placed, key: string): Promise<void> => {
  const paid = await world.shop.shopper.post(`/v1/orders/${orderId}/pay`, card, { key, orderToken })
  const status = fieldOf(paid.body, 'status')
  if (status !== 'confirmed') wrong(`${orderStream(orderId)}: paid while others took over, its payment is ${status}`)
}

/** The API is about to write what the provider did; the worker finds it out and writes it. */
const pauseApiInCheckout = async (run: Run, pauseMilliseconds: number): Promise<string> => {
  const { world } = run
  const order = await placeOne(world)
  const hit = firstAfterRequest + world.random.below(lastOfPayment - firstAfterRequest + 1)
  await restartWith(world, 'api-1', { PAUSE_AT: `append.order.before:${hit}` })
  const key = world.shop.newKey()
  const paying = payOnce(world, order, key)
  // Stopped at another order it has not begun with this one, and no worker has anything to find out.
  await whilePaused(world, 'api-1', pauseMilliseconds, () => confirmed(world, order.orderId).catch(() => undefined))
  await paying
  await expectPaid(run, order, key)
  return orderStream(order.orderId)
}

/** The API died with the capture in its hand; the worker is about to write it; another worker takes over from the worker. */
const pauseWorkerInCheckout = async (run: Run, pauseMilliseconds: number): Promise<string> => {
  const { world } = run
  const { shop, stack, provider } = world
  const order = await placeOne(world)
  // Else the provider tells an API before any worker looks.
  await provider.setFaults({ webhooks: [{ kind: 'never' }] })
  await restartWith(world, 'worker-1', { PAUSE_AT: 'append.order.before:1' })
  await restartWith(world, 'api-1', { CRASH_AT: 'provider.captureIntent.after:1' })
  const key = shop.newKey()
  const back = stack.parts.get('api-1')?.next()
  await payOnce(world, order, key)
  await back
  const other = await whilePaused(world, 'worker-1', pauseMilliseconds, async () => {
    const started = await stack.startAnother('worker')
    await confirmed(world, order.orderId)
    return started
  })
  await other.stop()
  await provider.setFaults({})
  await expectPaid(run, order, key)
  return orderStream(order.orderId)
}

/** One unit is left. Who decided to give it away is paused, and somebody else sells it. */
const pauseApiBeforeLastUnit = async ({ world, wrong }: Run): Promise<string> => {
  const { shop, strangers, stack } = world
  const lines = await oneUnit(world)
  const stream = stockStream(lines[0].sku, 'MAIN')
  const other = await stack.startAnother('api')
  await restartWith(world, 'api-1', { PAUSE_AT: 'append.stock.before:1' })
  const options = { key: shop.newKey() }
  const reserving = insist(() => strangers.post('/v1/reservations', { lines, ttlSeconds: heldSeconds }, options))
  await whilePaused(world, 'api-1', 0, async () => {
    const rival = createCaller(other.url ?? '', stack.credentials.storefrontKey)
    await reserve(rival, lines, { ttlSeconds: heldSeconds })
  })
  const { status } = await reserving
  if (status !== 409) wrong(`${stream}: its only unit was given away twice: the second was answered ${status}`)
  await other.stop()
  return stream
}

export const pausedRow: Row = {
  number: 13,
  name: 'the API and the worker paused in the middle of what they own, overtaken, and woken',
  run: async (run) => {
    const { world, sample } = run
    const pauseMilliseconds = sample ? millisecondsSample : milliseconds
    await untilHeldBack(run, 'api-1', () => pauseApiBeforeLastUnit(run))
    await untilHeldBack(run, 'api-1', () => pauseApiInCheckout(run, pauseMilliseconds))
    await untilHeldBack(run, 'worker-1', () => pauseWorkerInCheckout(run, pauseMilliseconds))
    await withLoad(world.shop, shoppers, async () => {
      for (const part of ['api-1', 'worker-1']) {
        await sleep(1_000)
        await pauseProcess(world, part, pauseMilliseconds)
        await world.nextSuccess()
      }
    })
  },
}
