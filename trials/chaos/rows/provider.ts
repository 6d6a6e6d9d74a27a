// Row 10: how the payment provider answers. Each way of going wrong meets each call of a payment once, for an order of its own;
// then the provider says nothing at all for so long that it is left alone; then all of it under load. Every order is paid in
// the end, by exactly one charge.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { orderStream } from '#domain/streams.ts'
import type { CallFault, FaultPlan, Operation } from '#embedded/payments/faults/fault-plan.ts'
import { eventually } from '../../shop/eventually.ts'
import { fieldOf } from '../../shop/field.ts'
import { type Placed, place, reserve, stockProduct } from '../../shop/shop.ts'
import { withLoad } from '../load.ts'
import type { Row, Run } from '../run.ts'
import type { ChaosStage } from '../world.ts'

const shoppers = 6
const card = { paymentMethod: 'pm_card_visa' }
const price = 1_500

const failures = [
  { kind: 'dropped_answer' },
  { kind: 'error_before' },
  { kind: 'error_after' },
  { kind: 'conflict' },
  { kind: 'rate_limit', retryAfterSeconds: 1 },
  { kind: 'latency', fromMilliseconds: 9_000 },
  { kind: 'silence' },
] as const satisfies readonly CallFault[]
const calls = ['create', 'confirm', 'capture'] as const satisfies readonly Operation[]
const meetings = failures.flatMap((failure) => calls.map((operation) => ({ failure, operation })))

const placeMany = async ({ shop }: ChaosStage, count: number): Promise<readonly Placed[]> => {
  const sku = `PAID-${shop.newKey().slice(-8)}`.toUpperCase()
  await stockProduct(shop.staff, { sku, price, quantity: count })
  const one = async () => place(shop.shopper, await reserve(shop.shopper, [{ sku, quantity: 1 }]))
  return Promise.all(Array.from({ length: count }, one))
}

/** Asks again under the same key until it is known how the payment went: it has to have gone well, by one charge. */
const payInTheEnd = async (
  { world, wrong }: Run,
  { orderId, orderToken }: Placed,
  key = world.shop.newKey(),
): Promise<void> => {
  const paying = world.shop.shopper.post(`/v1/orders/${orderId}/pay`, card, { orderToken, key })
  const answer = await paying.then(
    ({ body }) => body,
    (error: unknown) => String(error),
  )
  if (fieldOf(answer, 'status') !== 'confirmed')
    wrong(`${orderStream(orderId)}: a good card was answered ${JSON.stringify(answer)}`)
  const charges = (await world.payments.charges()).filter(({ metadata }) => metadata.orderId === orderId)
  const taken = charges.map(({ captured, refunded }) => captured - refunded)
  if (taken.length !== 1 || taken[0] !== price)
    wrong(`${orderStream(orderId)}: costs ${price}, and its charges took ${taken.join(', ')}`, 'doubleCharges')
}

/** One after the other goes wrong; how each payment goes on from there is waited for at the end, all together. */
const meetEach = async (run: Run): Promise<void> => {
  const { provider } = run.world
  const orders = await placeMany(run.world, meetings.length)
  const paying: Promise<void>[] = []
  for (const [index, { failure, operation }] of meetings.entries()) {
    const order = orders[index]
    if (order === undefined) continue
    await provider.setFaults({ calls: [{ ...failure, operations: [operation], next: 1 }] })
    paying.push(payInTheEnd(run, order))
    await eventually(provider.faultsTaken, (taken) => taken === 1)
  }
  await provider.setFaults({})
  await Promise.all(paying)
}

const orders = 12
const silentMilliseconds = 20_000

const times = ({ stack }: ChaosStage, text: string): number =>
  readFileSync(path.join(stack.dataDir, 'logs', 'api-1.log'), 'utf8').split(text).length - 1

/** Not a word, until the provider is left alone; then whoever pays is told so, and can pay later. */
const fallSilent = async (run: Run): Promise<void> => {
  const { world, wrong } = run
  const [last, ...others] = await placeMany(world, orders)
  if (last === undefined) return
  const leftAlone = (): number => times(world, 'it is left alone')
  const before = leftAlone()
  await world.provider.setFaults({ calls: [{ kind: 'silence' }] })
  const paying = others.map((order) => payInTheEnd(run, order))
  await eventually(
    async () => leftAlone(),
    (found) => found > before,
  ).catch(() => wrong('the silent provider was never left alone'))
  const options = { key: world.shop.newKey(), orderToken: last.orderToken }
  const asked = await world.strangers.post(`/v1/orders/${last.orderId}/pay`, card, options)
  if (asked.status !== 503 && fieldOf(asked.body, 'status') !== 'pending')
    wrong(`while the provider said nothing a payment was answered ${asked.status} ${JSON.stringify(asked.body)}`)
  await sleep(silentMilliseconds)
  await world.provider.setFaults({})
  await Promise.all([...paying, payInTheEnd(run, last, options.key)])
}

const plans: ReadonlyArray<Partial<FaultPlan>> = [
  ...failures.map((failure) =>
    failure.kind === 'latency'
      ? { calls: [{ ...failure, fromMilliseconds: 500, toMilliseconds: 9_000 }] }
      : { calls: [{ ...failure, probability: 0.5 }] },
  ),
  { refuseConnectionsMilliseconds: 5_000 },
]
const planMilliseconds = 6_000
const planMillisecondsSample = 2_500

const underLoad = async ({ world, sample }: Run): Promise<void> => {
  await withLoad(world.shop, shoppers, async () => {
    for (const plan of sample ? plans.slice(0, 2) : plans) {
      await world.provider.setFaults(plan)
      await sleep(sample ? planMillisecondsSample : planMilliseconds)
      await world.provider.setFaults({}).catch(() => undefined)
    }
  })
}

export const providerRow: Row = {
  number: 10,
  name: 'the provider drops answers, answers 500, 409 and 429, is slow, silent and away',
  run: async (run) => {
    if (!run.sample) {
      await meetEach(run)
      await fallSilent(run)
    }
    await underLoad(run)
  },
}
