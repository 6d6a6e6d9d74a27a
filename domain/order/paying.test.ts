import { describe, expect, test } from 'vitest'
import { given } from '../testing/given.ts'
import {
  command,
  declined,
  expiresAt,
  id,
  intent,
  lines,
  placeOrder,
  requestPayment,
  sale,
  stockLost,
  total,
} from '../testing/order-fixtures.ts'
import { scenario } from '../testing/scenario.ts'
import { decideOrder } from './decide.ts'

const pay = requestPayment('pay again')

describe('requesting payment', () => {
  test('begins the first attempt, for the whole total', () => {
    given(scenario([]).events)
      .when(requestPayment(), 2_000)
      .then([
        {
          type: 'PaymentRequested',
          data: {
            at: 2_000,
            commandId: id('pay'),
            attempt: 1,
            amount: total,
            currency: 'EUR',
            provider: 'acme',
            paymentMethod: 'pm_card',
            expiresAt,
          },
        },
      ])
  })

  test('takes over the expiry to which the holds were extended, once', () => {
    const extended = scenario([requestPayment('pay', { expiresAt: 1_500_000 })])
    expect(extended.order).toMatchObject({ expiresAt: 1_500_000, extended: true })
    const later = scenario([
      requestPayment('pay', { expiresAt: 1_500_000 }),
      intent(declined),
      requestPayment('pay again', { expiresAt: 1_600_000 }),
    ])
    expect(later.order.expiresAt).toBe(1_500_000)
  })

  test.each([
    ['an open attempt', scenario([requestPayment()]), 'payment_in_progress'],
    ['an attempt of unknown outcome', scenario([requestPayment(), intent('created')]), 'payment_in_progress'],
    [
      'an attempt that waits for the shopper',
      scenario([requestPayment(), intent('requires_action')]),
      'payment_in_progress',
    ],
    ['an authorized payment', scenario([requestPayment(), intent('authorized')]), 'already_paid'],
    ['a sale', scenario(sale), 'already_paid'],
    ['lost stock', scenario([stockLost]), 'stock_lost'],
    [
      'an order without a price',
      scenario([], { first: placeOrder({ lines: lines.map((line) => ({ ...line, unitPrice: 0 })) }) }),
      'not_payable',
    ],
  ] as const)('is refused on %s', (_, { events }, code) => {
    given(events).when(pay, 2_000).thenRefused({ code })
  })

  test('is refused from the expiry on, whether or not OrderExpired is appended', () => {
    given(scenario([]).events).when(pay, expiresAt).thenRefused({ code: 'expired' })
    given(scenario([command('ExpireOrder')], { at: expiresAt }).events)
      .when(pay, expiresAt)
      .thenRefused({ code: 'expired' })
  })

  test.each([
    ['declined', declined],
    ['voided', 'voided'],
  ] as const)('begins the next attempt after one that was %s', (_, status) => {
    const { order, outcomes } = scenario([requestPayment(), intent('created'), intent(status), pay])
    expect(outcomes.at(-1)).toEqual(['PaymentRequested'])
    expect(order.attempts.map(({ attempt, phase }) => [attempt, phase])).toEqual([
      [1, typeof status === 'string' ? status : 'declined'],
      [2, 'requested'],
    ])
  })

  test('gives a repeated command its first answer, even if the order has changed since', () => {
    const { order } = scenario([...sale, command('ExpireOrder')])
    expect(decideOrder(requestPayment(), order, expiresAt * 2)).toEqual({
      outcome: 'accepted',
      events: [],
      answer: { status: 'placed', made: { type: 'payment', attempt: 1 } },
    })
  })

  test('is refused after a hundred attempts', () => {
    const attempts = Array.from({ length: 100 }, (_, index) => [
      requestPayment(`pay ${index}`),
      intent(declined, { attempt: index + 1 }),
    ]).flat()
    const { order, events } = scenario(attempts)
    expect(order.attempts).toHaveLength(100)
    given(events).when(pay, 2_000).thenRefused({ code: 'too_many_attempts' })
  })

  test('makes one attempt of two payments at once', () => {
    expect(scenario([requestPayment('one'), requestPayment('two')]).outcomes).toEqual([
      ['PaymentRequested'],
      'payment_in_progress',
    ])
  })
})

describe('importing a paid order', () => {
  const importPaid = {
    type: 'ImportPaid',
    commandId: id('import'),
    paymentMethod: 'invoice',
    providerObjectId: 'invoice-7',
  } as const

  test('records the whole sale in one decision', () => {
    const { order, outcomes } = scenario([importPaid])
    expect(outcomes).toEqual([
      ['PaymentRequested', 'PaymentAuthorized', 'OrderStockCommitted', 'PaymentCaptured', 'OrderConfirmed'],
    ])
    expect(order.status).toBe('confirmed')
  })

  test('gives no event the second time, and is refused on an order that is being paid', () => {
    expect(scenario([importPaid, { ...importPaid, commandId: id('import again') }]).outcomes.at(-1)).toEqual([])
    given(scenario([requestPayment(), intent(declined)]).events)
      .when(importPaid, 2_000)
      .thenRefused({ code: 'not_payable' })
  })

  test('is refunded without a provider', () => {
    const { outcomes } = scenario([
      importPaid,
      { type: 'RefundOrder', commandId: id('refund'), scope: { type: 'amount', amount: 500 }, reason: 'goodwill' },
      { type: 'CancelOrder', commandId: id('cancel'), note: null },
    ])
    expect(outcomes.slice(1)).toEqual([
      ['RefundRequested', 'PaymentRefunded'],
      ['OrderCancelled', 'RefundRequested', 'PaymentRefunded'],
    ])
  })
})
