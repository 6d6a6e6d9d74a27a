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
import { scenario } from '../testing/scenario.ts'
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
  ] as const)('expires an order that is %s, at its expiry and not before', (_, commands) => {
    const { events } = scenario(commands)
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
  ] as const)('never expires an order whose payment is %s', (_, commands) => {
    given(scenario(commands).events)
      .when(expire, expiresAt * 1_000)
      .thenRefused({ code: 'not_expirable' })
  })

  test('expires an authorized manual order only if nobody confirmed it', () => {
    const waiting = scenario([requestPayment(), intent('authorized')], { first: manual })
    given(waiting.events)
      .when(expire, confirmBy)
      .then([{ type: 'OrderExpired', data: { at: confirmBy, commandId: expire.commandId } }])
    given(waiting.events)
      .when(expire, confirmBy - 1)
      .thenRefused({ code: 'not_expirable' })
    given(scenario([requestPayment(), intent('authorized'), confirm], { first: manual }).events)
      .when(expire, confirmBy)
      .thenRefused({ code: 'not_expirable' })
  })
})

describe('manual confirmation', () => {
  const waiting = scenario([requestPayment(), intent('authorized')], { first: manual }).events

  test('is recorded once, while the authorized order waits for it', () => {
    given(waiting)
      .when(confirm, 2_000)
      .then([{ type: 'OrderConfirmationRequested', data: { at: 2_000, commandId: confirm.commandId } }])
    expect(
      scenario([requestPayment(), intent('authorized'), confirm, { ...confirm, commandId: id('again') }], {
        first: manual,
      }).outcomes.at(-1),
    ).toEqual([])
  })

  test('is refused too late, and on unpaid, automatic and ended orders', () => {
    given(waiting).when(confirm, confirmBy).thenRefused({ code: 'expired' })
    given(scenario([], { first: manual }).events)
      .when(confirm, 2_000)
      .thenRefused({ code: 'not_confirmable' })
    given(scenario([requestPayment(), intent('authorized')]).events)
      .when(confirm, 2_000)
      .thenRefused({ code: 'not_confirmable' })
    given(scenario([stockLost], { first: manual }).events)
      .when(confirm, 2_000)
      .thenRefused({ code: 'stock_lost' })
    given(scenario([cancelOrder], { first: manual }).events)
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
    given(scenario(commands).events)
      .when(cancelOrder, 2_000)
      .then([{ type: 'OrderCancelled', data: { at: 2_000, commandId: id('cancel'), reason: 'requested', note: null } }])
  })

  test('refunds a sale in the same decision', () => {
    expect(scenario([...sale, cancelOrder]).outcomes.at(-1)).toEqual(['OrderCancelled', 'RefundRequested'])
  })

  test('is refused after the first unit was shipped, and after the order expired', () => {
    given(scenario([...sale, shipOrder('ship', [{ sku: 'MUG', quantity: 1 }])]).events)
      .when(cancelOrder, 2_000)
      .thenRefused({ code: 'already_shipped' })
    given(scenario([expire], { at: expiresAt }).events)
      .when(cancelOrder, expiresAt)
      .thenRefused({ code: 'expired' })
  })

  test('gives no event the second time', () => {
    expect(scenario([cancelOrder, { ...cancelOrder, commandId: id('again') }]).outcomes.at(-1)).toEqual([])
  })
})

/** Two commands that race, decided in both orders. `outcomes` are in the order of the decisions. */
const race = (
  before: readonly OrderCommand[],
  [one, other]: readonly [OrderCommand, OrderCommand],
  options: Parameters<typeof scenario>[1] = {},
) =>
  [
    [one, other],
    [other, one],
  ].map((commands) => {
    const { order, outcomes } = scenario(commands, { ...options, before })
    return { status: order.status, outcomes }
  })

describe('races', () => {
  const pay = requestPayment('pay', { expiresAt: 1_500_000 })

  test('expire against pay: the first wins', () => {
    expect(race([], [expire, pay], { at: expiresAt })).toEqual([
      { status: 'expired', outcomes: [['OrderExpired'], 'expired'] },
      { status: 'placed', outcomes: [['PaymentRequested'], 'not_expirable'] },
    ])
  })

  test('expire against authorized: the payment is kept or voided', () => {
    expect(
      race([requestPayment(), intent('requires_action')], [expire, intent('authorized')], { at: expiresAt }),
    ).toEqual([
      { status: 'expired', outcomes: [['OrderExpired'], ['PaymentAuthorized']] },
      { status: 'authorized', outcomes: [['PaymentAuthorized'], 'not_expirable'] },
    ])
  })

  test('cancel against captured: the order is cancelled and the money refunded once', () => {
    const before = [requestPayment(), intent('authorized'), committed]
    expect(race(before, [cancelOrder, intent('captured')])).toEqual([
      { status: 'cancelled', outcomes: [['OrderCancelled'], ['PaymentCaptured', 'RefundRequested']] },
      {
        status: 'cancelled',
        outcomes: [
          ['PaymentCaptured', 'OrderConfirmed'],
          ['OrderCancelled', 'RefundRequested'],
        ],
      },
    ])
  })

  test('confirm against cancel: cancelled in both orders', () => {
    expect(race([requestPayment(), intent('authorized')], [confirm, cancelOrder], { first: manual })).toEqual([
      { status: 'cancelled', outcomes: [['OrderConfirmationRequested'], ['OrderCancelled']] },
      { status: 'cancelled', outcomes: [['OrderCancelled'], 'not_confirmable'] },
    ])
  })

  test('confirm against expire: the first wins', () => {
    const waiting = scenario([requestPayment(), intent('authorized')], { first: manual }).events
    given(waiting)
      .when(confirm, confirmBy - 1)
      .then([{ type: 'OrderConfirmationRequested', data: { at: confirmBy - 1, commandId: confirm.commandId } }])
    given(waiting).when(confirm, confirmBy).thenRefused({ code: 'expired' })
  })

  test('stock lost against authorized: cancelled in both orders', () => {
    expect(race([requestPayment(), intent('created')], [stockLost, intent('authorized')])).toEqual([
      { status: 'cancelled', outcomes: [['OrderStockLost', 'OrderCancelled'], ['PaymentAuthorized']] },
      { status: 'cancelled', outcomes: [['PaymentAuthorized'], ['OrderStockLost', 'OrderCancelled']] },
    ])
  })

  test('committed against cancel: a commit on an ended order gives no event', () => {
    expect(race([requestPayment(), intent('authorized')], [committed, cancelOrder])).toEqual([
      { status: 'cancelled', outcomes: [['OrderStockCommitted'], ['OrderCancelled']] },
      { status: 'cancelled', outcomes: [['OrderCancelled'], []] },
    ])
  })

  test('committed against lost: the first wins, because committed stock cannot be lost', () => {
    expect(race([requestPayment(), intent('authorized')], [committed, stockLost])).toEqual([
      { status: 'authorized', outcomes: [['OrderStockCommitted'], []] },
      { status: 'cancelled', outcomes: [['OrderStockLost', 'OrderCancelled'], []] },
    ])
  })

  test('ship against cancel: the first wins', () => {
    expect(race(sale, [shipOrder(), cancelOrder])).toEqual([
      { status: 'shipped', outcomes: [['OrderShipped'], 'already_shipped'] },
      { status: 'cancelled', outcomes: [['OrderCancelled', 'RefundRequested'], 'not_shippable'] },
    ])
  })
})
