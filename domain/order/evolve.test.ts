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
import { scenario } from '../testing/scenario.ts'
import { appliedCommandMillisecondsMax, appliedCommandsMax } from './applied.ts'
import type { OrderCommand } from './commands.ts'
import type { OrderEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { initialOrder } from './state.ts'

const fields = { at: 2_000, commandId: id('x') }
const fact = { ...fields, attempt: 1, provider: 'acme', providerObjectId: 'pi_1', amount: 5_500 } as const

describe('evolve throws on an event that cannot follow', () => {
  test.each<[string, readonly OrderCommand[], OrderEvent]>([
    ['a sale without payment', [], { type: 'OrderConfirmed', data: fields }],
    ['a sale without stock', [requestPayment(), intent('captured')], { type: 'OrderConfirmed', data: fields }],
    ['an expiry after the sale', sale, { type: 'OrderExpired', data: fields }],
    ['a second end', [cancelOrder], { type: 'OrderCancelled', data: { ...fields, reason: 'requested', note: null } }],
    [
      'a cancellation after shipping',
      [...sale, shipOrder()],
      { type: 'OrderCancelled', data: { ...fields, reason: 'requested', note: null } },
    ],
    ['a second capture of one object', sale, { type: 'PaymentCaptured', data: fact }],
    ['a delivery before the shipment', sale, { type: 'OrderDelivered', data: fields }],
    ['a settlement of nothing', sale, { type: 'OrderStockSettled', data: { ...fields, revision: 3 } }],
    ['a second commit', sale, { type: 'OrderStockCommitted', data: fields }],
    [
      'an attempt after a gap',
      [],
      {
        type: 'PaymentRequested',
        data: { ...fields, attempt: 2, amount: 1, currency: 'EUR', paymentMethod: 'pm', expiresAt },
      },
    ],
    [
      'a shipment of more than was sold',
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
  ])('%s', (_, commands, event) => {
    const { order, events } = scenario(commands)
    expect(() => evolve(order, event, events.length)).toThrow(AssertionError)
  })

  test('a gap in the revisions, and an event before OrderPlaced', () => {
    const { order, events } = scenario([])
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

  test('are kept for a day, by the time of the events', () => {
    const at = 1_000 + appliedCommandMillisecondsMax
    expect(scenario([refund('a')], { at: at - 1, before: sale }).order.applied).toHaveLength(2)
    expect(scenario([refund('a')], { at, before: sale }).order.applied.map(({ commandId }) => commandId)).toEqual([
      id('a'),
    ])
  })

  test('are bounded in number, and the oldest are forgotten first', () => {
    const { order } = scenario([
      ...sale,
      ...Array.from({ length: appliedCommandsMax }, (_, index) => refund(`${index}`)),
    ])
    expect(order.applied).toHaveLength(appliedCommandsMax)
    expect(order.applied[0]?.commandId).toBe(id('0'))
  })

  test('do not include commands that no caller waits for', () => {
    expect(scenario([command('ExpireOrder')], { at: expiresAt }).order.applied).toEqual([])
  })
})
