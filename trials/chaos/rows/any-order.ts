// Row 8: one payment, five facts, told by real signed webhooks in every order that there is, each twice at once. All facts
// are made at the provider by other hands than ours before the first of them is told: the customer answers at their bank,
// somebody captures and gives back on the provider's pages, the bank disputes. Whatever comes first, every order ends the same.
import { isDeepStrictEqual } from 'node:util'
import { orderStream } from '#domain/streams.ts'
import { eventually } from '../../shop/eventually.ts'
import { fieldOf } from '../../shop/field.ts'
import { inFlight, insist } from '../../shop/insist.ts'
import { type Placed, place, reserve, stockProduct } from '../../shop/shop.ts'
import type { Random } from '../../simulation/random.ts'
import type { Notice } from '../provider.ts'
import type { Row, Run } from '../run.ts'
import type { ChaosStage } from '../world.ts'

const facts = [
  'payment_intent.requires_action',
  'payment_intent.amount_capturable_updated',
  'payment_intent.succeeded',
  'refund.created',
  'charge.dispute.created',
] as const
type Fact = (typeof facts)[number]

const price = 2_000
const refunded = 500
const disputed = 300
const width = 8
const ordersSample = 8

const permutations = (items: readonly Fact[]): ReadonlyArray<readonly Fact[]> =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))

const shuffled = <Item>(items: readonly Item[], random: Random): readonly Item[] =>
  items
    .map((item) => ({ item, by: random.below(2 ** 30) }))
    .toSorted((one, other) => one.by - other.by)
    .map(({ item }) => item)

/** The payment that one of these tells of. */
const intentOf = ({ data: { object } }: Notice): unknown =>
  object.object === 'payment_intent' ? object.id : object.payment_intent

/** An order whose payment all of it has happened to, while nobody here was told. */
const unawareOrder = async ({ shop, payments }: ChaosStage, sku: string) => {
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

const noticeOf = async ({ provider }: ChaosStage, fact: Fact, intent: string): Promise<Notice> => {
  const found = (await provider.recentNotices(fact)).find((notice) => intentOf(notice) === intent)
  if (found === undefined) throw new Error(`the provider has no ${fact} of ${intent}`)
  return found
}

/** As the provider does: again until it is taken in. */
const tell = async ({ provider }: ChaosStage, notice: Notice): Promise<number> => {
  const answer = await insist(async () => {
    const status = await provider.notify(notice)
    if (status === undefined) throw new Error('no answer')
    return { status, body: null, headers: new Headers() }
  })
  return answer.status
}

const view = async ({ shop, logCopy, payments }: ChaosStage, { orderId }: Placed, intent: string) => {
  const { body } = await shop.staff.get(`/v1/orders/${orderId}`)
  const timeline = fieldOf((await shop.staff.get(`/v1/orders/${orderId}/timeline`)).body, 'items')
  const told = Array.isArray(timeline) ? timeline.map((item) => fieldOf(item, 'type')) : []
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
    timelineLacks: types.filter((type) => !told.includes(type)),
  }
}

const end: Awaited<ReturnType<typeof view>> = {
  status: 'confirmed',
  needsAttention: true,
  payment: { status: 'partially_refunded', captured: price, refunded },
  money: [price, refunded],
  missing: [],
  doubled: [],
  timelineLacks: [],
}

const tellInOrder = async ({ world, wrong }: Run, sku: string, sequence: readonly Fact[]): Promise<void> => {
  const { order, intent } = await unawareOrder(world, sku)
  const notices = await Promise.all(sequence.map((fact) => noticeOf(world, fact, intent)))
  for (const notice of notices) {
    const statuses = await Promise.all([notice, notice].map((one) => tell(world, one)))
    for (const status of statuses) if (status !== 200) wrong(`${notice.type} of ${order.orderId} got ${status}`)
  }
  let last: unknown
  await eventually(
    async () => {
      last = await view(world, order, intent)
      return last
    },
    (found) => isDeepStrictEqual(found, end),
  ).catch(() => wrong(`${orderStream(order.orderId)} told ${sequence.join(', ')}: it ends as ${JSON.stringify(last)}`))
}

const compareStock = async ({ world, wrong }: Run, sku: string, count: number): Promise<void> => {
  const { body } = await world.shop.staff.get(`/v1/stock/${sku}`)
  const [level] = [fieldOf(body, 'locations')].flat()
  const found = ['onHand', 'held', 'committed'].map((name) => fieldOf(level, name))
  if (!isDeepStrictEqual(found, [count, 0, count]))
    wrong(`${sku}: ${count} units of ${count} are sold, and its stock is ${JSON.stringify(body)}`)
}

export const anyOrderRow: Row = {
  number: 8,
  name: 'webhooks of one payment in every order, each twice at once',
  run: async (run) => {
    const { world, sample } = run
    const all = shuffled(permutations(facts), world.random)
    const sequences = sample ? all.slice(0, ordersSample) : all
    const sku = `ANY-${world.shop.newKey().slice(-8)}`.toUpperCase()
    await stockProduct(world.shop.staff, { sku, price, quantity: sequences.length })
    // Only we tell.
    await world.provider.setFaults({ webhooks: [{ kind: 'never' }] })
    await inFlight({ count: sequences.length, width }, (index) => tellInOrder(run, sku, sequences[index] ?? []))
    await compareStock(run, sku, sequences.length)
    await world.provider.setFaults({})
  },
}
