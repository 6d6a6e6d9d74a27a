import { describe, expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import {
  cancelOrder,
  command,
  declined,
  expiresAt,
  id,
  intent,
  placeOrder,
  requestPayment,
  sale,
  shipOrder,
  stockLost,
} from '../testing/order-fixtures.ts'
import { story } from '../testing/story.ts'
import type { OrderCommand } from './commands.ts'

const expire = command('ExpireOrder')
const confirm = command('RequestConfirmation')
const committed = command('RecordStockCommitted')
const manual = placeOrder({ confirm: 'manual' })
const confirmBy = 86_401_000

describe('expiring', () => {
  test.each([
    ['unpaid', []],
    ['declined', [requestPayment(), intent(declined)]],
    ['voided', [requestPayment(), intent('voided')]],
    ['waiting for the shopper', [requestPayment(), intent('requires_action')]],
  ] as const)('ends an order that is %s, at its time and not before', (_, commands) => {
    const { events } = story(commands)
    given(events)
      .when(expire, expiresAt)
      .then([{ type: 'OrderExpired', data: { at: expiresAt, commandId: expire.commandId } }])
    given(events)
      .when(expire, expiresAt - 1)
      .thenRefused({ code: 'not_expirable' })
  })

  test.each([
    ['requested', [requestPayment()]],
    ['of unknown outcome', [requestPayment(), intent('created')]],
    ['authorized', [requestPayment(), intent('authorized')]],
    ['captured', [requestPayment(), intent('captured')]],
    ['sold', sale],
    ['cancelled', [cancelOrder]],
  ] as const)('never ends an order whose payment is %s', (_, commands) => {
    given(story(commands).events)
      .when(expire, expiresAt * 1_000)
      .thenRefused({ code: 'not_expirable' })
  })

  test('ends a manual order that nobody confirmed, and no other', () => {
    const waiting = story([requestPayment(), intent('authorized')], { first: manual })
    given(waiting.events)
      .when(expire, confirmBy)
      .then([{ type: 'OrderExpired', data: { at: confirmBy, commandId: expire.commandId } }])
    given(waiting.events)
      .when(expire, confirmBy - 1)
      .thenRefused({ code: 'not_expirable' })
    given(story([requestPayment(), intent('authorized'), confirm], { first: manual }).events)
      .when(expire, confirmBy)
      .thenRefused({ code: 'not_expirable' })
  })
})

describe('confirming by hand', () => {
  const waiting = story([requestPayment(), intent('authorized')], { first: manual }).events

  test('is recorded while the authorization is waited for, once', () => {
    given(waiting)
      .when(confirm, 2_000)
      .then([{ type: 'OrderConfirmationRequested', data: { at: 2_000, commandId: confirm.commandId } }])
    expect(
      story([requestPayment(), intent('authorized'), confirm, { ...confirm, commandId: id('again') }], {
        first: manual,
      }).told.at(-1),
    ).toEqual([])
  })

  test('is refused too late, unpaid, on automatic orders, and on ended ones', () => {
    given(waiting).when(confirm, confirmBy).thenRefused({ code: 'expired' })
    given(story([], { first: manual }).events)
      .when(confirm, 2_000)
      .thenRefused({ code: 'not_confirmable' })
    given(story([requestPayment(), intent('authorized')]).events)
      .when(confirm, 2_000)
      .thenRefused({ code: 'not_confirmable' })
    given(story([stockLost], { first: manual }).events)
      .when(confirm, 2_000)
      .thenRefused({ code: 'stock_lost' })
    given(story([cancelOrder], { first: manual }).events)
      .when(confirm, 2_000)
      .thenRefused({ code: 'not_confirmable' })
  })
})

describe('cancelling', () => {
  test.each([
    ['placed', []],
    ['being paid', [requestPayment()]],
    ['authorized', [requestPayment(), intent('authorized'), committed]],
  ] as const)('ends an order that is %s', (_, commands) => {
    given(story(commands).events)
      .when(cancelOrder, 2_000)
      .then([{ type: 'OrderCancelled', data: { at: 2_000, commandId: id('cancel'), reason: 'requested', note: null } }])
  })

  test('gives back a sale in the same decision', () => {
    expect(story([...sale, cancelOrder]).told.at(-1)).toEqual(['OrderCancelled', 'RefundRequested'])
  })

  test('is refused after the first unit was shipped, and after the order expired', () => {
    given(story([...sale, shipOrder('ship', [{ sku: 'MUG', quantity: 1 }])]).events)
      .when(cancelOrder, 2_000)
      .thenRefused({ code: 'already_shipped' })
    given(story([expire], { at: expiresAt }).events)
      .when(cancelOrder, expiresAt)
      .thenRefused({ code: 'expired' })
  })

  test('twice says nothing the second time', () => {
    expect(story([cancelOrder, { ...cancelOrder, commandId: id('again') }]).told.at(-1)).toEqual([])
  })
})

/** Two inputs that race, told in both orders: `told` is what came of each, in the order told. */
const race = (
  before: readonly OrderCommand[],
  [one, other]: readonly [OrderCommand, OrderCommand],
  options: Parameters<typeof story>[1] = {},
) =>
  [
    [one, other],
    [other, one],
  ].map((commands) => {
    const { order, told } = story(commands, { ...options, before })
    return { status: order.status, told }
  })

describe('races', () => {
  const pay = requestPayment('pay', { expiresAt: 1_500_000 })

  test('expire against pay: the first wins', () => {
    expect(race([], [expire, pay], { at: expiresAt })).toEqual([
      { status: 'expired', told: [['OrderExpired'], 'expired'] },
      { status: 'placed', told: [['PaymentRequested'], 'not_expirable'] },
    ])
  })

  test('expire against authorized: the money is kept or voided, never lost sight of', () => {
    expect(
      race([requestPayment(), intent('requires_action')], [expire, intent('authorized')], { at: expiresAt }),
    ).toEqual([
      { status: 'expired', told: [['OrderExpired'], ['PaymentAuthorized']] },
      { status: 'authorized', told: [['PaymentAuthorized'], 'not_expirable'] },
    ])
  })

  test('cancel against captured: both end cancelled with the money given back once', () => {
    const before = [requestPayment(), intent('authorized'), committed]
    expect(race(before, [cancelOrder, intent('captured')])).toEqual([
      { status: 'cancelled', told: [['OrderCancelled'], ['PaymentCaptured', 'RefundRequested']] },
      {
        status: 'cancelled',
        told: [
          ['PaymentCaptured', 'OrderConfirmed'],
          ['OrderCancelled', 'RefundRequested'],
        ],
      },
    ])
  })

  test('confirm against cancel: cancelled either way', () => {
    expect(race([requestPayment(), intent('authorized')], [confirm, cancelOrder], { first: manual })).toEqual([
      { status: 'cancelled', told: [['OrderConfirmationRequested'], ['OrderCancelled']] },
      { status: 'cancelled', told: [['OrderCancelled'], 'not_confirmable'] },
    ])
  })

  test('confirm against expire: the first wins', () => {
    const waiting = story([requestPayment(), intent('authorized')], { first: manual }).events
    given(waiting)
      .when(confirm, confirmBy - 1)
      .then([{ type: 'OrderConfirmationRequested', data: { at: confirmBy - 1, commandId: confirm.commandId } }])
    given(waiting).when(confirm, confirmBy).thenRefused({ code: 'expired' })
  })

  test('stock lost against authorized: cancelled either way', () => {
    expect(race([requestPayment(), intent('created')], [stockLost, intent('authorized')])).toEqual([
      { status: 'cancelled', told: [['OrderStockLost', 'OrderCancelled'], ['PaymentAuthorized']] },
      { status: 'cancelled', told: [['PaymentAuthorized'], ['OrderStockLost', 'OrderCancelled']] },
    ])
  })

  test('committed against cancel: a commit on an ended order says nothing', () => {
    expect(race([requestPayment(), intent('authorized')], [committed, cancelOrder])).toEqual([
      { status: 'cancelled', told: [['OrderStockCommitted'], ['OrderCancelled']] },
      { status: 'cancelled', told: [['OrderCancelled'], []] },
    ])
  })

  test('committed against lost: the first wins, since committed stock cannot be lost', () => {
    expect(race([requestPayment(), intent('authorized')], [committed, stockLost])).toEqual([
      { status: 'authorized', told: [['OrderStockCommitted'], []] },
      { status: 'cancelled', told: [['OrderStockLost', 'OrderCancelled'], []] },
    ])
  })

  test('ship against cancel: the first wins', () => {
    expect(race(sale, [shipOrder(), cancelOrder])).toEqual([
      { status: 'shipped', told: [['OrderShipped'], 'already_shipped'] },
      { status: 'cancelled', told: [['OrderCancelled', 'RefundRequested'], 'not_shippable'] },
    ])
  })
})
