import { expect, test } from 'vitest'
import { kindOfNotice } from './notice-kinds.ts'
import { webhookEvents } from './webhooks.ts'

test.each([
  ['charge.dispute.created', 'dispute'],
  ['refund.failed', 'refund'],
  ['charge.refund.updated', 'refund'],
  ['charge.captured', 'intent'],
  ['payment_intent.succeeded', 'intent'],
])('%s is about a %s', (eventType, kind) => {
  expect(kindOfNotice(eventType)).toBe(kind)
})

test('the events to enable are about payments, refunds and disputes', () => {
  expect(new Set(webhookEvents.map(kindOfNotice))).toEqual(new Set(['intent', 'refund', 'dispute']))
})
