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
import { story } from '../testing/story.ts'
import { decideOrder } from './decide.ts'

const pay = requestPayment('pay again')

describe('requesting payment', () => {
  test('begins the first attempt over the whole total', () => {
    given(story([]).events)
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

  test('takes over the expiry that the holds were extended to, once', () => {
    const extended = story([requestPayment('pay', { expiresAt: 1_500_000 })])
    expect(extended.order).toMatchObject({ expiresAt: 1_500_000, extended: true })
    const later = story([
      requestPayment('pay', { expiresAt: 1_500_000 }),
      intent(declined),
      requestPayment('pay again', { expiresAt: 1_600_000 }),
    ])
    expect(later.order.expiresAt).toBe(1_500_000)
  })

  test.each([
    ['an open attempt', story([requestPayment()]), 'payment_in_progress'],
    ['an attempt of unknown outcome', story([requestPayment(), intent('created')]), 'payment_in_progress'],
    [
      'an attempt that waits for the shopper',
      story([requestPayment(), intent('requires_action')]),
      'payment_in_progress',
    ],
    ['an authorized payment', story([requestPayment(), intent('authorized')]), 'already_paid'],
    ['a sale', story(sale), 'already_paid'],
    ['lost stock', story([stockLost]), 'stock_lost'],
    [
      'an order without a price',
      story([], { first: placeOrder({ lines: lines.map((line) => ({ ...line, unitPrice: 0 })) }) }),
      'not_payable',
    ],
  ] as const)('is refused on %s', (_, { events }, code) => {
    given(events).when(pay, 2_000).thenRefused({ code })
  })

  test('is refused from the moment the order ends, expired or not', () => {
    given(story([]).events).when(pay, expiresAt).thenRefused({ code: 'expired' })
    given(story([command('ExpireOrder')], { at: expiresAt }).events)
      .when(pay, expiresAt)
      .thenRefused({ code: 'expired' })
  })

  test.each([
    ['declined', declined],
    ['voided', 'voided'],
  ] as const)('begins the next attempt after one that was %s', (_, status) => {
    const { order, told } = story([requestPayment(), intent('created'), intent(status), pay])
    expect(told.at(-1)).toEqual(['PaymentRequested'])
    expect(order.attempts.map(({ attempt, phase }) => [attempt, phase])).toEqual([
      [1, typeof status === 'string' ? status : 'declined'],
      [2, 'requested'],
    ])
  })

  test('answers a repeated command as the first time, even once the order went on', () => {
    const { order } = story([...sale, command('ExpireOrder')])
    expect(decideOrder(requestPayment(), order, expiresAt * 2)).toEqual({
      outcome: 'accepted',
      events: [],
      answer: { status: 'placed', made: { type: 'payment', attempt: 1 } },
    })
  })

  test('stops after a hundred attempts', () => {
    const attempts = Array.from({ length: 100 }, (_, index) => [
      requestPayment(`pay ${index}`),
      intent(declined, { attempt: index + 1 }),
    ]).flat()
    const { order, events } = story(attempts)
    expect(order.attempts).toHaveLength(100)
    given(events).when(pay, 2_000).thenRefused({ code: 'too_many_attempts' })
  })

  test('two payments at once make one attempt', () => {
    expect(story([requestPayment('one'), requestPayment('two')]).told).toEqual([
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

  test('records the whole sale at once', () => {
    const { order, told } = story([importPaid])
    expect(told).toEqual([
      ['PaymentRequested', 'PaymentAuthorized', 'OrderStockCommitted', 'PaymentCaptured', 'OrderConfirmed'],
    ])
    expect(order.status).toBe('confirmed')
  })

  test('says nothing twice, and nothing on an order that is being paid', () => {
    expect(story([importPaid, { ...importPaid, commandId: id('import again') }]).told.at(-1)).toEqual([])
    given(story([requestPayment(), intent(declined)]).events)
      .when(importPaid, 2_000)
      .thenRefused({ code: 'not_payable' })
  })

  test('gives money back without any provider', () => {
    const { told } = story([
      importPaid,
      { type: 'RefundOrder', commandId: id('refund'), scope: { type: 'amount', amount: 500 }, reason: 'goodwill' },
      { type: 'CancelOrder', commandId: id('cancel'), note: null },
    ])
    expect(told.slice(1)).toEqual([
      ['RefundRequested', 'PaymentRefunded'],
      ['OrderCancelled', 'RefundRequested', 'PaymentRefunded'],
    ])
  })
})
