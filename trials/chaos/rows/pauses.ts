// Row 13: a process is paused in the middle of its work, other processes finish that work, and then it is resumed. What it still
// wants to append is outdated and has to be refused. Each case names the append that the pause delays, so that the refusal itself
// can be checked in the process's log. At the end, API and worker are paused at no particular moment, under load.
import { setTimeout as sleep } from 'node:timers/promises'
import { orderStream, stockStream } from '#domain/streams.ts'
import { createCaller } from '../../shop/caller.ts'
import { fieldOf } from '../../shop/field.ts'
import { eventually, untilFinalAnswer } from '../../shop/retry.ts'
import { type Placed, place, reserve, stockProduct } from '../../shop/shop.ts'
import type { ChaosHarness } from '../harness.ts'
import { pauseProcess } from '../kills.ts'
import { withLoad } from '../load.ts'
import { delayedAppend, restartWith, whilePaused } from '../pauses.ts'
import type { ChaosRun, Row } from '../run.ts'

const shoppers = 6
const longPauseMilliseconds = 30_000
/** Longer than the ten seconds in which an effect belongs to the process that made it due, and longer than a lease lasts. */
const longPauseMillisecondsSample = 12_000
const takeOverMillisecondsMax = 60_000
const holdSeconds = 60
const card = { paymentMethod: 'pm_card_visa' }

const attemptsMax = 3

/**
 * Runs a case, which resolves with the stream that its delayed append is to write, and checks that this append was refused. The
 * process may have been stopped at an append to another stream that became due just then; then the case is run again.
 */
const expectConflict = async (
  { harness, addFinding }: ChaosRun,
  part: string,
  runCase: () => Promise<string>,
): Promise<void> => {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const stream = await runCase()
    const append = await delayedAppend(harness, part)
    if (append === undefined)
      return addFinding(`${part} was paused before an append to ${stream}, but never sent it after it was resumed`)
    if (append.stream !== stream) continue
    if (append.outcome !== 'conflict')
      addFinding(`${part} was paused before an append to ${stream}; the append came late and was ${append.outcome}`)
    return
  }
  addFinding(`${part} was paused at an append to another stream than intended, ${attemptsMax} times`)
}

/** Waits until the log has OrderConfirmed of this order. */
const untilConfirmed = ({ logCopy }: ChaosHarness, orderId: string): Promise<unknown> =>
  eventually(
    async () =>
      (await logCopy.readOn()).some(
        (entry) => 'type' in entry && entry.type === 'OrderConfirmed' && entry.stream === orderStream(orderId),
      ),
    Boolean,
    { millisecondsMax: takeOverMillisecondsMax },
  )

/** Lists a new product with one unit. */
const stockOneUnit = async ({ shop }: ChaosHarness) => {
  const sku = shop.newSku('PAUSED')
  await stockProduct(shop.staff, { sku, price: 1_000, quantity: 1 })
  return [{ sku, quantity: 1 }] as const
}

const placeOneUnit = async (harness: ChaosHarness): Promise<Placed> => {
  const { shopper } = harness.shop
  return place(shopper, await reserve(shopper, await stockOneUnit(harness)))
}

/**
 * While an order is paid, the API appends to its stream five times: payment requested, payment intent created, authorized,
 * stock committed, captured. The pause is before one of the last four.
 */
const secondAppend = 2
const lastAppend = 5

/** Sends the payment once, to api-1. The same key is sent again later, to check the result. */
const payOnce = ({ unrecordedShopper }: ChaosHarness, { orderId, orderToken }: Placed, key: string): Promise<unknown> =>
  unrecordedShopper.post(`/v1/orders/${orderId}/pay`, card, { key, orderToken }).catch(() => undefined)

const expectPaid = async (
  { harness, addFinding }: ChaosRun,
  { orderId, orderToken }: Placed,
  key: string,
): Promise<void> => {
  const paid = await harness.shop.shopper.post(`/v1/orders/${orderId}/pay`, card, { key, orderToken })
  const status = fieldOf(paid.body, 'status')
  if (status !== 'confirmed')
    addFinding(`${orderStream(orderId)}: others took over its payment, but its status is ${status}, not confirmed`)
}

/** api-1 is paused before it appends what the provider did. The worker finds that out at the provider and appends it. */
const pauseApiInCheckout = async (run: ChaosRun, pauseMilliseconds: number): Promise<string> => {
  const { harness } = run
  const order = await placeOneUnit(harness)
  const hit = secondAppend + harness.random.below(lastAppend - secondAppend + 1)
  await restartWith(harness, 'api-1', { PAUSE_AT: `append.order.before:${hit}` })
  const key = harness.shop.newKey()
  const paying = payOnce(harness, order, key)
  // If api-1 was paused at another order, it has not begun this one, and there is nothing for the worker to take over.
  await whilePaused(harness, 'api-1', pauseMilliseconds, () =>
    untilConfirmed(harness, order.orderId).catch(() => undefined),
  )
  await paying
  await expectPaid(run, order, key)
  return orderStream(order.orderId)
}

/** api-1 dies after the capture. worker-1 is paused before it appends the capture, and another worker takes over. */
const pauseWorkerInCheckout = async (run: ChaosRun, pauseMilliseconds: number): Promise<string> => {
  const { harness } = run
  const { shop, stack, provider } = harness
  const order = await placeOneUnit(harness)
  // Without webhooks, because an API would learn of the capture before any worker looks.
  await provider.setFaults({ webhooks: [{ kind: 'never' }] })
  await restartWith(harness, 'worker-1', { PAUSE_AT: 'append.order.before:1' })
  await restartWith(harness, 'api-1', { CRASH_AT: 'provider.captureIntent.after:1' })
  const key = shop.newKey()
  const restarted = stack.parts.get('api-1')?.next()
  await payOnce(harness, order, key)
  await restarted
  const secondWorker = await whilePaused(harness, 'worker-1', pauseMilliseconds, async () => {
    const started = await stack.startAnother('worker')
    await untilConfirmed(harness, order.orderId)
    return started
  })
  await secondWorker.stop()
  await provider.setFaults({})
  await expectPaid(run, order, key)
  return orderStream(order.orderId)
}

/** One unit is left. api-1 is paused before it appends its hold, and another API gives the unit to somebody else. */
const pauseApiBeforeLastUnit = async ({ harness, addFinding }: ChaosRun): Promise<string> => {
  const { shop, unrecordedShopper, stack } = harness
  const lines = await stockOneUnit(harness)
  const stream = stockStream(lines[0].sku, 'MAIN')
  const secondApi = await stack.startAnother('api')
  await restartWith(harness, 'api-1', { PAUSE_AT: 'append.stock.before:1' })
  const body = { lines, ttlSeconds: holdSeconds }
  const options = { key: shop.newKey() }
  const reserving = untilFinalAnswer(() => unrecordedShopper.post('/v1/reservations', body, options))
  await whilePaused(harness, 'api-1', 0, async () => {
    const otherShopper = createCaller(secondApi.url ?? '', stack.credentials.storefrontKey)
    await reserve(otherShopper, lines, { ttlSeconds: holdSeconds })
  })
  const { status } = await reserving
  if (status !== 409)
    addFinding(`${stream}: its only unit was reserved already, but a second reserve was answered ${status}`)
  await secondApi.stop()
  return stream
}

export const pausedRow: Row = {
  number: 13,
  name: 'API and worker paused in the middle of their work, replaced by others, and resumed',
  run: async (run) => {
    const { harness, sample } = run
    const pauseMilliseconds = sample ? longPauseMillisecondsSample : longPauseMilliseconds
    await expectConflict(run, 'api-1', () => pauseApiBeforeLastUnit(run))
    await expectConflict(run, 'api-1', () => pauseApiInCheckout(run, pauseMilliseconds))
    await expectConflict(run, 'worker-1', () => pauseWorkerInCheckout(run, pauseMilliseconds))
    await withLoad(harness.shop, shoppers, async () => {
      for (const part of ['api-1', 'worker-1']) {
        await sleep(1_000)
        await pauseProcess(harness, part, pauseMilliseconds)
        await harness.nextSuccess()
      }
    })
  },
}
