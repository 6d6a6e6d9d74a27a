// Row 10: the payment provider fails, in three parts. First each kind of failure hits each call of a payment once, each time for
// another order. Then the provider is silent until the API stops calling it for a while. Then each kind of failure occurs under
// load. Every order of the first two parts has to be paid in the end, by exactly one charge.
import { setTimeout as sleep } from 'node:timers/promises'
import { errorText } from '#domain/error-text.ts'
import { orderStream } from '#domain/streams.ts'
import type { CallFault, FaultPlan, Operation } from '#embedded/payments/faults/fault-plan.ts'
import { fieldOf } from '../../shop/field.ts'
import { eventually } from '../../shop/retry.ts'
import { type Placed, place, reserve, stockProduct } from '../../shop/shop.ts'
import type { ChaosHarness } from '../harness.ts'
import { withLoad } from '../load.ts'
import { countInProcessLog } from '../process-log.ts'
import type { ChaosRun, Row } from '../run.ts'

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
const operations = ['create', 'confirm', 'capture'] as const satisfies readonly Operation[]
const combinations = failures.flatMap((failure) => operations.map((operation) => ({ failure, operation })))

const placeMany = async ({ shop }: ChaosHarness, count: number): Promise<readonly Placed[]> => {
  const sku = shop.newSku('PAID')
  await stockProduct(shop.staff, { sku, price, quantity: count })
  const placeOne = async () => place(shop.shopper, await reserve(shop.shopper, [{ sku, quantity: 1 }]))
  return Promise.all(Array.from({ length: count }, placeOne))
}

/** Pays an order, repeats the request under the same key until the outcome is known, and checks that it is one charge. */
const payInTheEnd = async (
  { harness, addFinding }: ChaosRun,
  { orderId, orderToken }: Placed,
  key = harness.shop.newKey(),
): Promise<void> => {
  const paying = harness.shop.shopper.post(`/v1/orders/${orderId}/pay`, card, { orderToken, key })
  const answer = await paying.then(({ body }) => body, errorText)
  if (fieldOf(answer, 'status') !== 'confirmed')
    addFinding(`${orderStream(orderId)}: paying with a good card was answered ${JSON.stringify(answer)}`)
  const charges = (await harness.payments.charges()).filter(({ metadata }) => metadata.orderId === orderId)
  const amounts = charges.map(({ captured, refunded }) => captured - refunded)
  if (amounts.length !== 1 || amounts[0] !== price)
    addFinding(
      `${orderStream(orderId)}: it costs ${price}, but its charges are: ${amounts.join(', ')}`,
      'doubleCharges',
    )
}

/** Each failure is set for one call and hits it before the next one is set. All payments are waited for at the end. */
const failEachCall = async (run: ChaosRun): Promise<void> => {
  const { provider } = run.harness
  const orders = await placeMany(run.harness, combinations.length)
  const paying: Promise<void>[] = []
  for (const [index, { failure, operation }] of combinations.entries()) {
    const order = orders[index]
    if (order === undefined) continue
    await provider.setFaults({ calls: [{ ...failure, operations: [operation], next: 1 }] })
    paying.push(payInTheEnd(run, order))
    await eventually(provider.faultsTaken, (taken) => taken === 1)
  }
  await provider.setFaults({})
  await Promise.all(paying)
}

const silentOrders = 12
const silentMilliseconds = 20_000

/** The provider answers nothing. Once the API has stopped calling it, a payment has to be answered 503 or pending. */
const keepSilent = async (run: ChaosRun): Promise<void> => {
  const { harness, addFinding } = run
  const [last, ...others] = await placeMany(harness, silentOrders)
  if (last === undefined) return
  const timesStopped = (): number => countInProcessLog(harness.stack, 'api-1', 'calls are paused')
  const before = timesStopped()
  await harness.provider.setFaults({ calls: [{ kind: 'silence' }] })
  const paying = others.map((order) => payInTheEnd(run, order))
  await eventually(
    async () => timesStopped(),
    (times) => times > before,
  ).catch(() => addFinding('the API did not stop calling a provider that answers nothing'))
  const options = { key: harness.shop.newKey(), orderToken: last.orderToken }
  const asked = await harness.unrecordedShopper.post(`/v1/orders/${last.orderId}/pay`, card, options)
  if (asked.status !== 503 && fieldOf(asked.body, 'status') !== 'pending')
    addFinding(
      `while the provider was silent a payment was answered ${asked.status} ${JSON.stringify(asked.body)}, not 503 or pending`,
    )
  await sleep(silentMilliseconds)
  await harness.provider.setFaults({})
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

const failUnderLoad = async ({ harness, sample }: ChaosRun): Promise<void> => {
  await withLoad(harness.shop, shoppers, async () => {
    for (const plan of sample ? plans.slice(0, 2) : plans) {
      await harness.provider.setFaults(plan)
      await sleep(sample ? planMillisecondsSample : planMilliseconds)
      // Fails while the provider refuses connections; that plan ends by itself.
      await harness.provider.setFaults({}).catch(() => undefined)
    }
  })
}

export const providerRow: Row = {
  number: 10,
  name: 'payment provider drops answers, answers 500, 409 or 429, is slow, is silent, or refuses connections',
  run: async (run) => {
    if (!run.sample) {
      await failEachCall(run)
      await keepSilent(run)
    }
    await failUnderLoad(run)
  },
}
