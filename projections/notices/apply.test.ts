import { expect, test } from 'vitest'
import { rowsAfter } from '../testing/apply.ts'
import { recorded } from '../testing/events.ts'
import { noticesProjection } from './apply.ts'
import { noticeTable } from './table.ts'

const stream = 'provider-evt_1'
const webhook = {
  provider: 'stripe',
  providerEventId: 'evt_1',
  providerObjectId: 'pi_1',
  eventType: 'refund.failed',
  kind: 'refund',
} as const
const received = recorded({ stream, revision: 0, position: 10n }, 'ProviderEventReceived', webhook)
const applied = recorded({ stream, revision: 1, position: 20n }, 'ProviderEventApplied', {})
const row = {
  provider: 'stripe',
  provider_event_id: 'evt_1',
  event_type: 'refund.failed',
  provider_object_id: 'pi_1',
  kind: 'refund',
  received_at: 10,
  applied_at: null,
}

test('a kept webhook waits until it is applied', () => {
  expect(rowsAfter(noticesProjection, [received], noticeTable)).toEqual([row])
  expect(rowsAfter(noticesProjection, [received, applied], noticeTable)).toEqual([{ ...row, applied_at: 20 }])
})

test('a webhook that was never received cannot be applied', () => {
  expect(() => rowsAfter(noticesProjection, [applied], noticeTable)).toThrow('never received')
})
