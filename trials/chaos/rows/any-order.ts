// Row 8: five webhooks about one payment, delivered in each of their 120 sequences, each webhook twice at once. Before the first
// one is delivered, everything has already happened at the provider, without Holdfast: the customer authenticated at their bank,
// somebody captured the payment and refunded a part of it in the provider's dashboard, and the bank disputed it. The order has to
// end in the same state after each sequence.
import { isDeepStrictEqual } from 'node:util'
import { orderStream } from '#domain/streams.ts'
import { concurrently } from '../../shop/concurrently.ts'
import { fieldOf } from '../../shop/field.ts'
import { eventually, untilFinalAnswer } from '../../shop/retry.ts'
import { type Placed, place, reserve, stockProduct } from '../../shop/shop.ts'
import type { Random } from '../../simulation/random.ts'
import type { ChaosHarness } from '../harness.ts'
import type { WebhookEvent } from '../provider.ts'
import type { ChaosRun, Row } from '../run.ts'

const webhookTypes = [
  'payment_intent.requires_action',
  'payment_intent.amount_capturable_updated',
  'payment_intent.succeeded',
  'refund.created',
  'charge.dispute.created',
] as const
type WebhookType = (typeof webhookTypes)[number]

const price = 2_000
const refunded = 500
const disputed = 300
const concurrency = 8
const sequencesSample = 8

const permutations = (items: readonly WebhookType[]): ReadonlyArray<readonly WebhookType[]> =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))

const shuffled = <Item>(items: readonly Item[], random: Random): readonly Item[] =>
  items
    .map((item) => ({ item, by: random.below(2 ** 30) }))
    .toSorted((one, other) => one.by - other.by)
    .map(({ item }) => item)

/** The payment that an event of the provider is about. */
const intentOf = ({ data: { object } }: WebhookEvent): unknown =>
  object.object === 'payment_intent' ? object.id : object.payment_intent

/** An order to whose payment all of this has happened, and Holdfast does not know any of it yet. */
const orderWithUnknownPayment = async ({ shop, payments }: ChaosHarness, sku: string) => {
  const { shopper } = shop
  const held = await reserve(shopper, [{ sku, quantity: 1 }])
  const order = await place(shopper, held, { paymentMethod: 'pm_card_authenticationRequired' })
  const intent = String(order.payment?.clientSecret).split('_secret_', 1)[0] ?? ''
  await payments.authenticate(intent, 'succeeded')
  await payments.captureByHand(intent)
  await payments.refundByHand(intent, refunded)
  const charge = (await payments.charges()).find(({ paymentIntent }) => paymentIntent === intent)
  await payments.dispute(charge?.id ?? '', disputed)
  return { order, intent }
}

const eventOf = async ({ provider }: ChaosHarness, type: WebhookType, intent: string): Promise<WebhookEvent> => {
  const found = (await provider.recentEvents(type)).find((event) => intentOf(event) === intent)
  if (found === undefined) throw new Error(`the provider has no event ${type} of payment ${intent}`)
  return found
}

/** Sends a webhook until it has a final answer, as the provider does. Resolves with the status. */
const sendUntilAnswered = async ({ provider }: ChaosHarness, event: WebhookEvent): Promise<number> => {
  const answer = await untilFinalAnswer(async () => {
    const status = await provider.send(event)
    if (status === undefined) throw new Error('no answer')
    return { status, body: null, headers: new Headers() }
  })
  return answer.status
}

/** What the API, the log and the provider's ledger say about an order. */
const stateOf = async ({ shop, logCopy, payments }: ChaosHarness, { orderId }: Placed, intent: string) => {
  const { body } = await shop.staff.get(`/v1/orders/${orderId}`)
  const timeline = fieldOf((await shop.staff.get(`/v1/orders/${orderId}/timeline`)).body, 'items')
  const inTimeline = Array.isArray(timeline) ? timeline.map((item) => fieldOf(item, 'type')) : []
  const stream = orderStream(orderId)
  const ofOrder = (await logCopy.readOn()).filter((entry) => entry.stream === stream)
  const types = ofOrder.map((entry) => ('type' in entry ? entry.type : entry.storedType))
  const charge = (await payments.charges()).find(({ paymentIntent }) => paymentIntent === intent)
  const once = ['PaymentActionRequired', 'PaymentCaptured', 'OrderConfirmed', 'PaymentRefunded', 'PaymentDisputed']
  return {
    status: fieldOf(body, 'status'),
    needsAttention: fieldOf(body, 'needsAttention'),
    payment: fieldOf(body, 'payment'),
    money: [charge?.captured, charge?.refunded],
    missing: once.filter((type) => !types.includes(type)),
    doubled: once.filter((type) => types.indexOf(type) !== types.lastIndexOf(type)),
    missingInTimeline: types.filter((type) => !inTimeline.includes(type)),
  }
}

const expectedState: Awaited<ReturnType<typeof stateOf>> = {
  status: 'confirmed',
  needsAttention: true,
  payment: { status: 'partially_refunded', captured: price, refunded },
  money: [price, refunded],
  missing: [],
  doubled: [],
  missingInTimeline: [],
}

const deliverInSequence = async (
  { harness, addFinding }: ChaosRun,
  sku: string,
  sequence: readonly WebhookType[],
): Promise<void> => {
  const { order, intent } = await orderWithUnknownPayment(harness, sku)
  const events = await Promise.all(sequence.map((type) => eventOf(harness, type, intent)))
  for (const event of events) {
    const statuses = await Promise.all([event, event].map((one) => sendUntilAnswered(harness, one)))
    for (const status of statuses)
      if (status !== 200) addFinding(`webhook ${event.type} of order ${order.orderId} was answered ${status}, not 200`)
  }
  let last: unknown
  await eventually(
    async () => {
      last = await stateOf(harness, order, intent)
      return last
    },
    (state) => isDeepStrictEqual(state, expectedState),
  ).catch(() => {
    const state = `${JSON.stringify(last)}, not ${JSON.stringify(expectedState)}`
    addFinding(`${orderStream(order.orderId)}: after the webhooks ${sequence.join(', ')} its state is ${state}`)
  })
}

const checkStock = async ({ harness, addFinding }: ChaosRun, sku: string, count: number): Promise<void> => {
  const { body } = await harness.shop.staff.get(`/v1/stock/${sku}`)
  const [level] = [fieldOf(body, 'locations')].flat()
  const found = ['onHand', 'held', 'committed'].map((name) => fieldOf(level, name))
  if (!isDeepStrictEqual(found, [count, 0, count]))
    addFinding(`${sku}: all ${count} units are sold, but its stock is ${JSON.stringify(body)}`)
}

export const anyOrderRow: Row = {
  number: 8,
  name: 'the five webhooks of a payment in every order, each twice at once',
  run: async (run) => {
    const { harness, sample } = run
    const all = shuffled(permutations(webhookTypes), harness.random)
    const sequences = sample ? all.slice(0, sequencesSample) : all
    const sku = harness.shop.newSku('ANY')
    await stockProduct(harness.shop.staff, { sku, price, quantity: sequences.length })
    // The provider itself sends no webhook, so that only this row's sequence arrives.
    await harness.provider.setFaults({ webhooks: [{ kind: 'never' }] })
    await concurrently({ count: sequences.length, concurrency }, (index) =>
      deliverInSequence(run, sku, sequences[index] ?? []),
    )
    await checkStock(run, sku, sequences.length)
    await harness.provider.setFaults({})
  },
}
