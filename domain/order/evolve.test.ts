import { describe, expect, test } from 'vitest'
import { AssertionError } from '../assert.ts'
import {
  cancelOrder,
  command,
  expiresAt,
  id,
  intent,
  requestPayment,
  sale,
  shipOrder,
} from '../testing/order-fixtures.ts'
import { story } from '../testing/story.ts'
import { appliedCommandMillisecondsMax, appliedCommandsMax } from './applied.ts'
import type { OrderCommand } from './commands.ts'
import type { OrderEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { initialOrder } from './state.ts'

const fields = { at: 2_000, commandId: id('x') }
const fact = { ...fields, attempt: 1, provider: 'acme', providerObjectId: 'pi_1', amount: 5_500 } as const

describe('a history that cannot be', () => {
  test.each<[string, readonly OrderCommand[], OrderEvent]>([
    ['sold without payment', [], { type: 'OrderConfirmed', data: fields }],
    ['sold without stock', [requestPayment(), intent('captured')], { type: 'OrderConfirmed', data: fields }],
    ['expired after the sale', sale, { type: 'OrderExpired', data: fields }],
    ['ended twice', [cancelOrder], { type: 'OrderCancelled', data: { ...fields, reason: 'requested', note: null } }],
    [
      'cancelled after shipping',
      [...sale, shipOrder()],
      { type: 'OrderCancelled', data: { ...fields, reason: 'requested', note: null } },
    ],
    ['captured twice through one object', sale, { type: 'PaymentCaptured', data: fact }],
    ['delivered before shipped', sale, { type: 'OrderDelivered', data: fields }],
    ['settled out of nowhere', sale, { type: 'OrderStockSettled', data: { ...fields, revision: 3 } }],
    ['committed twice', sale, { type: 'OrderStockCommitted', data: fields }],
    [
      'an attempt skipped',
      [],
      {
        type: 'PaymentRequested',
        data: { ...fields, attempt: 2, amount: 1, currency: 'EUR', paymentMethod: 'pm', expiresAt },
      },
    ],
    [
      'shipped more than sold',
      sale,
      {
        type: 'OrderShipped',
        data: {
          ...fields,
          shipmentId: id('s'),
          lines: [{ line: 0, quantity: 3 }],
          carrier: null,
          trackingNumber: null,
        },
      },
    ],
  ])('is asserted: %s', (_, commands, event) => {
    const { order, events } = story(commands)
    expect(() => evolve(order, event, events.length)).toThrow(AssertionError)
  })

  test('is asserted: a gap in the revisions, and an order that was never placed', () => {
    const { order, events } = story([])
    expect(() => evolve(order, { type: 'OrderExpired', data: fields }, events.length + 1)).toThrow(AssertionError)
    expect(() => evolve(initialOrder(), { type: 'OrderExpired', data: fields }, 0)).toThrow(AssertionError)
  })
})

describe('remembered answers', () => {
  const refund = (name: string): OrderCommand => ({
    type: 'RefundOrder',
    commandId: id(name),
    scope: { type: 'amount', amount: 1 },
    reason: 'goodwill',
  })

  test("are kept for a day of the events' own time", () => {
    const at = 1_000 + appliedCommandMillisecondsMax
    expect(story([refund('a')], { at: at - 1, before: sale }).order.applied).toHaveLength(2)
    expect(story([refund('a')], { at, before: sale }).order.applied.map(({ commandId }) => commandId)).toEqual([
      id('a'),
    ])
  })

  test('are bounded in number, the oldest forgotten first', () => {
    const { order } = story([...sale, ...Array.from({ length: appliedCommandsMax }, (_, index) => refund(`${index}`))])
    expect(order.applied).toHaveLength(appliedCommandsMax)
    expect(order.applied[0]?.commandId).toBe(id('0'))
  })

  test('do not hold what nobody waits for', () => {
    expect(story([command('ExpireOrder')], { at: expiresAt }).order.applied).toEqual([])
  })
})
