// Webhooks over HTTP, as the provider sends them, with the real use case on a platform in memory. A webhook is accepted only with
// a valid signature and acknowledged only after it is recorded.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { MemoryPlatform } from '#commands/testing/memory-platform.ts'
import { openShop, pay, placed, total } from '#commands/testing/shop.ts'
import { orderStream } from '#domain/streams.ts'
import { signatureHeader } from '#embedded/payments/webhooks/webhook-signature.ts'
import { createStripeEventReader } from '#platform/stripe/webhooks.ts'
import { systemTimers } from '#platform/timers.ts'
import { expectProblem } from './testing/expect-problem.ts'
import { type RunningApi, startApi } from './testing/running-api.ts'
import { wireStripeWebhook } from './wiring/stripe-webhook.ts'
import { createUnderWay } from './wiring/under-way.ts'

const secret = 'whsec_test'
const now = 1_700_000_000_000
const read = createStripeEventReader({ secret, clock: { now: () => now } })
const event = JSON.stringify({
  id: 'evt_1',
  type: 'payment_intent.succeeded',
  object: 'event',
  data: { object: { object: 'payment_intent', id: 'pi_1', status: 'succeeded' } },
})
const signature = signatureHeader(event, secret, now)

let shop: MemoryPlatform
let orderId: string
let api: RunningApi
beforeEach(async () => {
  shop = await openShop({ providerName: 'stripe' })
  orderId = await placed(shop.ports)
  await pay(orderId, shop.ports, { paymentMethod: 'pm_action' })
  shop.payments.changeOutside('pi_1', { type: 'captured', capturedAmount: total })
  api = await startApi({ useCases: wireStripeWebhook(shop.ports, read, createUnderWay(systemTimers)) })
})
afterEach(() => api.close())

const post = (body = event, header: string | undefined = signature) =>
  api.call('POST', '/webhooks/stripe', {
    credential: '',
    raw: body,
    headers: header === undefined ? {} : { 'stripe-signature': header },
  })
const captures = () => shop.typesOf(orderStream(orderId)).filter((type) => type === 'PaymentCaptured')
const untilConfirmed = () => vi.waitUntil(async () => (await shop.order(orderId)).status === 'confirmed')

describe('a webhook with an invalid signature changes nothing', () => {
  test.each([
    ['signed with another secret', event, signatureHeader(event, 'whsec_other', now)],
    ['signed 301 s ago', event, signatureHeader(event, secret, now - 301_000)],
    ['altered after it was signed', event.replace('pi_1', 'pi_2'), signature],
    ['with a signature of the wrong form', event, 'nonsense'],
  ])('%s', async (_, body, header) => {
    const before = shop.log.all().length
    const asked = shop.payments.calls.length
    expectProblem(await post(body, header), 'invalid_signature')
    expect(shop.log.all()).toHaveLength(before)
    expect(shop.payments.calls).toHaveLength(asked)
  })
})

test.each([3, 50])('lesson: a webhook delivered %i times at once settles the payment once', async (times) => {
  const replies = await Promise.all(Array.from({ length: times }, () => post()))
  expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: times }, () => 200))
  await untilConfirmed()
  expect(captures()).toEqual(['PaymentCaptured'])
  expect(shop.payments.net()).toBe(total)
})

test('lesson: a webhook is acknowledged once its fact is recorded, and never before', async () => {
  shop.payments.setDown(true)
  expectProblem(await post(), 'unavailable')
  expect(captures()).toEqual([])
  shop.payments.setDown(false)
  expect((await post()).status).toBe(200)
  expect(captures()).toEqual(['PaymentCaptured'])
  await untilConfirmed()
})
