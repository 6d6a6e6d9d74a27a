import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { errorOf, type TestSimulator, testSimulator, webhookReceiver, webhookSecret } from '../testing/simulator.ts'

const order = {
  amount: 1000,
  currency: 'eur',
  confirm: true,
  payment_method: 'pm_card_visa',
  allowed_payment_method_types: ['card'],
} satisfies Stripe.PaymentIntentCreateParams

const paid = async ({ stripe }: TestSimulator, params: Partial<Stripe.PaymentIntentCreateParams> = {}) => {
  const { id, latest_charge: charge } = await stripe.paymentIntents.create({ ...order, ...params })
  return { intent: id, charge: String(charge) }
}

const dispute = (simulator: TestSimulator, charge: string, params: object = {}) =>
  simulator.request('POST', `/simulator/charges/${charge}/dispute`, { reason: 'fraudulent', ...params })

const idOf = (answer: { readonly body: unknown }): string => /dp_[0-9a-f]+/.exec(JSON.stringify(answer.body))?.[0] ?? ''

test('a disputed charge names its dispute, which can be read, listed and expanded', async () => {
  await using simulator = await testSimulator()
  const { stripe } = simulator
  const { intent, charge } = await paid(simulator)
  await dispute(simulator, (await paid(simulator)).charge)
  const opened = await dispute(simulator, charge, { amount: 400 })
  const expected = { object: 'dispute', payment_intent: intent, charge, amount: 400, reason: 'fraudulent' }
  expect(opened).toMatchObject({ status: 200, body: { ...expected, status: 'needs_response' } })
  expect(await stripe.disputes.retrieve(idOf(opened))).toMatchObject(expected)
  const { data } = await stripe.disputes.list({ payment_intent: intent, expand: ['data.charge'] })
  expect(data).toMatchObject([{ id: idOf(opened), charge: { id: charge, disputed: true } }])
  expect((await simulator.request('GET', '/simulator/charges')).body).toMatchObject({
    charges: [{ dispute: 'open' }, { id: charge, dispute: 'open' }],
  })
})

test.each([
  ['won', ['charge.dispute.closed', 'charge.dispute.funds_reinstated']],
  ['lost', ['charge.dispute.closed']],
] as const)('the webhook is told that it was opened, and that it was %s', async (outcome, closing) => {
  await using receiver = await webhookReceiver()
  await using simulator = await testSimulator({ webhook: { url: receiver.url, secret: webhookSecret } })
  const { intent, charge } = await paid(simulator)
  const opened = await dispute(simulator, charge)
  await simulator.request('POST', `/simulator/disputes/${idOf(opened)}/close`, { outcome })
  await receiver.count(5 + closing.length)
  const told = receiver.received
    .map(({ body, signature }) => simulator.stripe.webhooks.constructEvent(body, signature, webhookSecret))
    .filter(({ type }) => type.startsWith('charge.dispute.'))
  expect(told.map(({ type }) => String(type)).toSorted()).toEqual(
    ['charge.dispute.created', 'charge.dispute.funds_withdrawn', ...closing].toSorted(),
  )
  for (const { data } of told)
    expect(data.object).toMatchObject({ object: 'dispute', id: idOf(opened), payment_intent: intent, amount: 1000 })
  expect(told.find(({ type }) => type === 'charge.dispute.closed')?.data.object).toMatchObject({ status: outcome })
})

test('disputed money cannot be refunded until the dispute is won', async () => {
  await using simulator = await testSimulator()
  const { intent, charge } = await paid(simulator)
  const opened = await dispute(simulator, charge)
  const refund = () => simulator.stripe.refunds.create({ payment_intent: intent })
  expect(await errorOf(refund())).toMatchObject({ statusCode: 400, code: 'charge_disputed' })
  await simulator.request('POST', `/simulator/disputes/${idOf(opened)}/close`, { outcome: 'won' })
  expect(await refund()).toMatchObject({ amount: 1000, status: 'succeeded' })
})

test('a dispute of an uncaptured charge, or of a closed dispute, is refused', async () => {
  await using simulator = await testSimulator()
  const { charge } = await paid(simulator)
  const held = await paid(simulator, { capture_method: 'manual' })
  expect(await dispute(simulator, 'ch_0')).toMatchObject({ status: 404 })
  expect(await dispute(simulator, held.charge)).toMatchObject({ status: 400 })
  expect(await dispute(simulator, charge, { amount: 1001 })).toMatchObject({ status: 400 })
  expect(await dispute(simulator, charge, { reason: 'bored' })).toMatchObject({ status: 400 })
  const opened = await dispute(simulator, charge)
  expect(await dispute(simulator, charge)).toMatchObject({ status: 400 })
  const close = () => simulator.request('POST', `/simulator/disputes/${idOf(opened)}/close`, { outcome: 'lost' })
  expect(await close()).toMatchObject({ status: 200 })
  expect(await close()).toMatchObject({ status: 400 })
})
