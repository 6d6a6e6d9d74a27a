import { describe, expect, test } from 'vitest'
import {
  cancelOrder,
  captureFailed,
  command,
  declined,
  id,
  intent,
  placeOrder,
  refundFact,
  requestPayment,
  sale,
  stockLost,
} from '../testing/order-fixtures.ts'
import { permutations, story } from '../testing/story.ts'
import type { OrderCommand } from './commands.ts'
import type { Order } from './state.ts'

/** What must not depend on the order in which facts came: all but when each was heard, and what commands were answered. */
const essence = ({ status, attempts, refunds, disputes, stock, attention, unsettled }: Order): unknown => ({
  status,
  stock,
  attempts: attempts.map(({ since: _, ...attempt }) => attempt),
  refunds: refunds.map(({ since: _, ...refund }) => refund),
  disputes,
  attention: attention.map(({ reason, state }) => `${reason} ${state}`).sort(),
  unsettled: unsettled.map(({ kind }) => kind),
})

const dispute: OrderCommand = {
  type: 'RecordDispute',
  commandId: id('dispute'),
  attempt: 1,
  provider: 'acme',
  providerObjectId: 'pi_1',
  amount: 5_500,
  disputeId: 'dp_1',
  reason: 'fraudulent',
}
const refunded: OrderCommand = { type: 'RecordRefunded', commandId: id('refunded'), ...refundFact }
const refundFailed: OrderCommand = {
  type: 'RecordRefundFailed',
  commandId: id('refund failed'),
  reason: 'expired_card',
  ...refundFact,
}

const life = [intent('created'), intent('requires_action'), intent('authorized'), intent('captured')]

/** Each fact once, each twice in a row, and all of them again afterwards. */
const doublings = (facts: readonly OrderCommand[]): ReadonlyArray<readonly OrderCommand[]> => [
  facts,
  facts.flatMap((fact) => [fact, fact]),
  [...facts, ...facts],
  [...facts, ...facts.toReversed()],
]

describe('provider facts in any order, doubled', () => {
  test.each([
    ['a payment that went well', life, 'authorized'],
    [
      'a payment refunded and disputed',
      [intent('requires_action'), intent('authorized'), intent('captured'), refunded, dispute],
      'authorized',
    ],
    [
      'a refund that failed after it succeeded',
      [intent('authorized'), intent('captured'), refunded, refundFailed],
      'authorized',
    ],
    ['a decline and a later success', [intent('created'), intent(declined), intent('authorized')], 'authorized'],
    [
      'an authorization that was voided',
      [intent('created'), intent(declined), intent('authorized'), intent('voided')],
      'placed',
    ],
  ] as const)('%s ends the same', (_, facts, status) => {
    const ends = permutations<OrderCommand>(facts)
      .flatMap(doublings)
      .map((told) => story([requestPayment(), ...told]).order)
    const [first] = ends
    expect(first?.status).toBe(status)
    for (const end of ends) expect(essence(end)).toEqual(first && essence(first))
  })

  test.each([
    ['cancelled', cancelOrder],
    ['without its stock', stockLost],
  ] as const)('an order %s gives back whatever came late', (_, ending) => {
    const ends = permutations([...life, ending])
      .flatMap(doublings)
      .map((told) => story([requestPayment(), ...told]).order)
    for (const end of ends) {
      expect(end.status).toBe('cancelled')
      expect(end.attempts.map(({ phase }) => phase)).toEqual(['captured'])
      expect(end.refunds.map(({ amount, phase }) => [amount, phase])).toEqual([[5_500, 'requested']])
    }
  })

  test('is not decided by the last one heard: a test of the test', () => {
    const naive = (facts: readonly OrderCommand[]): string => facts.at(-1)?.commandId ?? ''
    expect(new Set(permutations(life).map(naive)).size).toBeGreaterThan(1)
  })
})

describe('a fact of another provider', () => {
  const elsewhere = { ...intent('authorized', { object: 'other_1' }), provider: 'other' }

  test('is not taken for the attempt that was requested, whatever its number', () => {
    const { attempts, status } = story([requestPayment(), elsewhere]).order
    expect(attempts.map(({ phase, stray }) => ({ phase, stray }))).toEqual([
      { phase: 'requested', stray: false },
      { phase: 'authorized', stray: true },
    ])
    expect(status).toBe('placed')
  })
})

describe('a payment fact', () => {
  const committed = [requestPayment(), intent('authorized'), command('RecordStockCommitted')]

  test('confirms the order together with the capture, or with the commit that comes after it', () => {
    expect(story([...committed, intent('captured')]).told.at(-1)).toEqual(['PaymentCaptured', 'OrderConfirmed'])
    const early = story([requestPayment(), intent('captured'), command('RecordStockCommitted')])
    expect(early.told.slice(1)).toEqual([['PaymentCaptured'], ['OrderStockCommitted', 'OrderConfirmed']])
  })

  test('ends the order when the capture failed for good, told either way', () => {
    expect(story([...committed, intent(captureFailed)]).told.at(-1)).toEqual(['PaymentCaptureFailed', 'OrderCancelled'])
    expect(story([...committed, intent('voided')]).told.at(-1)).toEqual(['PaymentVoided', 'OrderCancelled'])
    expect(story([...committed, intent('voided'), intent(captureFailed)]).order).toMatchObject({
      status: 'cancelled',
      reason: 'capture_failed',
    })
  })

  test('leaves the order payable when an authorization lapses before the stock is committed', () => {
    expect(story([requestPayment(), intent('authorized'), intent('voided')]).order.status).toBe('placed')
  })

  test('of a second object for one attempt is kept apart, and its money given back', () => {
    const { order, told } = story([
      ...sale,
      intent('created', { object: 'pi_twin' }),
      intent('captured', { object: 'pi_twin' }),
    ])
    expect(told.slice(-2)).toEqual([['PaymentIntentCreated'], ['PaymentCaptured', 'RefundRequested']])
    expect(order.status).toBe('confirmed')
    expect(order.refunds).toMatchObject([{ paymentObjectId: 'pi_twin', amount: 5_500 }])
  })

  test('of a superseded attempt is recorded and not accepted', () => {
    const next = [requestPayment(), intent('created'), intent(declined), requestPayment('pay again')]
    expect(story([...next, intent('authorized')]).order.status).toBe('placed')
    expect(story([...next, intent('captured')]).told.at(-1)).toEqual(['PaymentCaptured', 'RefundRequested'])
  })

  test('gives a manual order until the end of the authorization, at most as long as configured', () => {
    const first = placeOrder({ confirm: 'manual' })
    const until = (authorizedUntil: number | null): unknown =>
      story([requestPayment(), intent({ type: 'authorized', authorizedUntil })], { first }).order.attempts[0]
    expect(until(null)).toMatchObject({ confirmBy: 86_401_000 })
    expect(until(50_000_000)).toMatchObject({ confirmBy: 50_000_000 })
    expect(until(900_000_000)).toMatchObject({ confirmBy: 86_401_000 })
  })

  test('a dispute is recorded once, and calls for attention', () => {
    expect(story([...sale, dispute, dispute]).told.slice(-2)).toEqual([['PaymentDisputed', 'OrderNeedsAttention'], []])
  })
})
