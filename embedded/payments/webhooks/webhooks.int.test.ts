import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import Stripe from 'stripe'
import { expect, test } from 'vitest'
import { type Receiver, testSimulator, webhookReceiver, webhookSecret } from '../testing/simulator.ts'

const order = {
  amount: 1000,
  currency: 'eur',
  capture_method: 'manual',
  allowed_payment_method_types: ['card'],
  metadata: { orderId: 'o-1' },
} satisfies Stripe.PaymentIntentCreateParams

const { webhooks } = new Stripe('sk_test_unused')

const eventsOf = ({ received }: Receiver) =>
  received.map(({ body, signature }) => webhooks.constructEvent(body, signature, webhookSecret))

const typesOf = (receiver: Receiver): readonly string[] =>
  eventsOf(receiver)
    .map((event) => event.type)
    .sort()

test('each step of a payment sends a webhook that the SDK accepts as signed', async () => {
  await using receiver = await webhookReceiver()
  await using simulator = await testSimulator({ webhook: { url: receiver.url, secret: webhookSecret } })
  const { stripe } = simulator
  const { id } = await stripe.paymentIntents.create(order)
  await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa_chargeDeclined' }).catch(() => undefined)
  await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_authenticationRequired' })
  await simulator.request('POST', `/simulator/payment_intents/${id}/authenticate`, { outcome: 'succeeded' })
  await stripe.paymentIntents.capture(id)
  await stripe.refunds.create({ payment_intent: id })
  const other = await stripe.paymentIntents.create(order)
  await stripe.paymentIntents.cancel(other.id)
  await receiver.count(12)
  expect(typesOf(receiver)).toEqual([
    'charge.captured',
    'charge.failed',
    'charge.refunded',
    'charge.succeeded',
    'payment_intent.amount_capturable_updated',
    'payment_intent.canceled',
    'payment_intent.created',
    'payment_intent.created',
    'payment_intent.payment_failed',
    'payment_intent.requires_action',
    'payment_intent.succeeded',
    'refund.created',
  ])
})

test('an event shows the object as it was then, and can be read again', async () => {
  await using receiver = await webhookReceiver()
  await using simulator = await testSimulator({ webhook: { url: receiver.url, secret: webhookSecret } })
  const { stripe } = simulator
  const { id } = await stripe.paymentIntents.create(order, { idempotencyKey: 'create-1' })
  await stripe.paymentIntents.cancel(id)
  await receiver.count(2)
  const created = eventsOf(receiver).find((event) => event.type === 'payment_intent.created')
  expect(created).toMatchObject({
    object: 'event',
    data: { object: { id, status: 'requires_payment_method', metadata: { orderId: 'o-1' } } },
    request: { idempotency_key: 'create-1' },
  })
  expect(await stripe.events.retrieve(String(created?.id))).toEqual(created)
})

test('an altered body, another secret or an old signature is refused', async () => {
  await using receiver = await webhookReceiver()
  await using simulator = await testSimulator({ webhook: { url: receiver.url, secret: webhookSecret } })
  await simulator.stripe.paymentIntents.create(order)
  await receiver.count(1)
  const { body, signature } = receiver.received[0] ?? { body: '', signature: '' }
  const accept = (text: string, secret: string, at?: number) => () =>
    webhooks.constructEvent(text, signature, secret, undefined, undefined, at)
  expect(accept(body, webhookSecret)).not.toThrow()
  expect(accept(body.replace('1000', '1001'), webhookSecret)).toThrow(Stripe.errors.StripeSignatureVerificationError)
  expect(accept(body, 'whsec_other')).toThrow(Stripe.errors.StripeSignatureVerificationError)
  expect(accept(body, webhookSecret, Date.now() + 3_600_000)).toThrow(Stripe.errors.StripeSignatureVerificationError)
})

test('an unacknowledged event is sent again, unchanged', async () => {
  await using receiver = await webhookReceiver((nth) => (nth < 2 ? 500 : 200))
  await using simulator = await testSimulator({ webhook: { url: receiver.url, secret: webhookSecret } })
  await simulator.stripe.paymentIntents.create(order)
  await receiver.count(3)
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1)
})

test('unsent events are sent after a restart', async () => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'payments-'))
  {
    await using deaf = await webhookReceiver(() => 503)
    await using simulator = await testSimulator({ dataDir, webhook: { url: deaf.url, secret: webhookSecret } })
    await simulator.stripe.paymentIntents.create(order)
    await deaf.count(1)
  }
  {
    await using receiver = await webhookReceiver()
    await using _simulator = await testSimulator({ dataDir, webhook: { url: receiver.url, secret: webhookSecret } })
    await receiver.count(1)
    expect(typesOf(receiver)).toEqual(['payment_intent.created'])
  }
  await rm(dataDir, { recursive: true })
})
