import { describe, expect, test } from 'vitest'
import { next } from '../checkout/next.ts'
import {
  cancelOrder,
  captureFailed,
  command,
  declined,
  id,
  intent,
  paymentRefused,
  placeOrder,
  refundFact,
  requestPayment,
  sale,
  stockLost,
} from '../testing/order-fixtures.ts'
import { permutations, scenario } from '../testing/scenario.ts'
import type { OrderCommand } from './commands.ts'
import type { Order } from './state.ts'

/** The part of an order that must not depend on the sequence of the facts: all but their times and the remembered answers. */
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

/** Each fact once, each twice in a row, and all of them again, forwards and backwards. */
const doublings = (facts: readonly OrderCommand[]): ReadonlyArray<readonly OrderCommand[]> => [
  facts,
  facts.flatMap((fact) => [fact, fact]),
  [...facts, ...facts],
  [...facts, ...facts.toReversed()],
]

describe('provider facts in any sequence, repeated', () => {
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
      .map((outcomes) => scenario([requestPayment(), ...outcomes]).order)
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
      .map((outcomes) => scenario([requestPayment(), ...outcomes]).order)
    for (const end of ends) {
      expect(end.status).toBe('cancelled')
      expect(end.attempts.map(({ phase }) => phase)).toEqual(['captured'])
      expect(end.refunds.map(({ amount, phase }) => [amount, phase])).toEqual([[5_500, 'requested']])
    }
  })

  test('negative control: a fold that keeps only the last fact depends on the sequence', () => {
    const naive = (facts: readonly OrderCommand[]): string => facts.at(-1)?.commandId ?? ''
    expect(new Set(permutations(life).map(naive)).size).toBeGreaterThan(1)
  })
})

describe('a fact of another provider', () => {
  const elsewhere = { ...intent('authorized', { object: 'other_1' }), provider: 'other' }

  test('does not count for the requested attempt, even with its number', () => {
    const { attempts, status } = scenario([requestPayment(), elsewhere]).order
    expect(attempts.map(({ phase, stray }) => ({ phase, stray }))).toEqual([
      { phase: 'requested', stray: false },
      { phase: 'authorized', stray: true },
    ])
    expect(status).toBe('placed')
  })
})

describe('a payment fact', () => {
  const committed = [requestPayment(), intent('authorized'), command('RecordStockCommitted')]

  test('confirms the order with the capture, or with the commit that follows it', () => {
    expect(scenario([...committed, intent('captured')]).outcomes.at(-1)).toEqual(['PaymentCaptured', 'OrderConfirmed'])
    const early = scenario([requestPayment(), intent('captured'), command('RecordStockCommitted')])
    expect(early.outcomes.slice(1)).toEqual([['PaymentCaptured'], ['OrderStockCommitted', 'OrderConfirmed']])
  })

  test('cancels the order if the capture failed, or if the authorization was voided', () => {
    expect(scenario([...committed, intent(captureFailed)]).outcomes.at(-1)).toEqual([
      'PaymentCaptureFailed',
      'OrderCancelled',
    ])
    expect(scenario([...committed, intent('voided')]).outcomes.at(-1)).toEqual(['PaymentVoided', 'OrderCancelled'])
    expect(scenario([...committed, intent('voided'), intent(captureFailed)]).order).toMatchObject({
      status: 'cancelled',
      reason: 'capture_failed',
    })
  })

  test('leaves the order payable if an authorization lapses before the stock is committed', () => {
    expect(scenario([requestPayment(), intent('authorized'), intent('voided')]).order.status).toBe('placed')
  })

  test('of a second object for one attempt is kept apart, and its money refunded', () => {
    const { order, outcomes } = scenario([
      ...sale,
      intent('created', { object: 'pi_twin' }),
      intent('captured', { object: 'pi_twin' }),
    ])
    expect(outcomes.slice(-2)).toEqual([['PaymentIntentCreated'], ['PaymentCaptured', 'RefundRequested']])
    expect(order.status).toBe('confirmed')
    expect(order.refunds).toMatchObject([{ paymentObjectId: 'pi_twin', amount: 5_500 }])
  })

  test('of a superseded attempt is recorded but not accepted', () => {
    const next = [requestPayment(), intent('created'), intent(declined), requestPayment('pay again')]
    expect(scenario([...next, intent('authorized')]).order.status).toBe('placed')
    expect(scenario([...next, intent('captured')]).outcomes.at(-1)).toEqual(['PaymentCaptured', 'RefundRequested'])
  })

  test('lets a manual order wait until the authorization ends, at most as long as configured', () => {
    const first = placeOrder({ confirm: 'manual' })
    const until = (authorizedUntil: number | null): unknown =>
      scenario([requestPayment(), intent({ type: 'authorized', authorizedUntil })], { first }).order.attempts[0]
    expect(until(null)).toMatchObject({ confirmBy: 86_401_000 })
    expect(until(50_000_000)).toMatchObject({ confirmBy: 50_000_000 })
    expect(until(900_000_000)).toMatchObject({ confirmBy: 86_401_000 })
  })

  test('of a dispute is recorded once, and calls for attention', () => {
    expect(scenario([...sale, dispute, dispute]).outcomes.slice(-2)).toEqual([
      ['PaymentDisputed', 'OrderNeedsAttention'],
      [],
    ])
  })
})

describe('a payment that the provider refuses to create', () => {
  test('is a decline: the order stays payable, and nothing is left to undo', () => {
    const { order, outcomes } = scenario([
      requestPayment(),
      paymentRefused,
      { ...paymentRefused, commandId: id('again') },
    ])
    expect(outcomes.slice(1)).toEqual([['PaymentRefused'], []])
    expect(order).toMatchObject({ status: 'placed', attempts: [{ phase: 'refused', declineCode: 'amount_too_small' }] })
    expect(next(order, 1_000).effects).toEqual([])
    expect(scenario([requestPayment(), paymentRefused, requestPayment('other')]).order.attempts).toMatchObject([
      { phase: 'refused' },
      { phase: 'requested', attempt: 2 },
    ])
  })

  test('is ignored once an object of the attempt is known, and gives way to one that shows up', () => {
    expect(scenario([requestPayment(), intent('created'), paymentRefused]).outcomes.at(-1)).toEqual([])
    const { order } = scenario([requestPayment(), paymentRefused, intent('captured')])
    expect(order.attempts).toMatchObject([{ phase: 'captured', attempt: 1 }])
  })
})
