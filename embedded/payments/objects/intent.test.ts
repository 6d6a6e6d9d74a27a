import { describe, expect, test } from 'vitest'
import type { Confirmation } from './attempt.ts'
import type { Charge } from './charge.ts'
import type { Decision } from './decision.ts'
import { authenticate, cancel, capture, confirm, create, settle } from './intent.ts'
import type { Intent, IntentTerms } from './intent-state.ts'

const terms: IntentTerms = {
  id: 'pi_1',
  clientSecret: 'pi_1_secret_1',
  createdAt: 1_700_000_000,
  amount: 1000,
  currency: 'eur',
  captureMethod: 'manual',
  allowedPaymentMethodTypes: ['card'],
  paymentMethodTypes: ['card'],
  automaticPaymentMethods: null,
  metadata: { order: 'o-1' },
  description: null,
  receiptEmail: null,
  statementDescriptorSuffix: null,
}

const attempt = { chargeId: 'ch_1', at: 1_700_000_001 }
const secondAttempt = { chargeId: 'ch_2', at: 1_700_000_002 }

const by = (paymentMethod: string | null): Confirmation => ({ paymentMethod, returnUrl: null, canAuthenticate: true })

const afterwards = (decision: Decision) => {
  if (decision.kind === 'refused') throw new Error(decision.refusal.message)
  return decision
}

const given = (more: Partial<IntentTerms> = {}, paymentMethod: string | null = null): Intent =>
  afterwards(create({ ...terms, ...more }, paymentMethod)).intent

const authorized = (): { readonly intent: Intent; readonly held: Charge } => {
  const { intent, charge } = afterwards(confirm(given(), by('pm_card_visa'), attempt))
  if (charge === null) throw new Error('no charge')
  return { intent, held: charge }
}

const refusal = (decision: Decision) => (decision.kind === 'refused' ? decision.refusal.code : 'not refused')

describe('create', () => {
  test('without a payment method waits for one', () => {
    expect(given()).toEqual({ ...terms, status: 'requires_payment_method', charge: null, lastError: null })
  })

  test('with a payment method waits for confirmation', () => {
    expect(given({}, 'pm_card_visa')).toEqual({
      ...terms,
      status: 'requires_confirmation',
      paymentMethod: 'pm_card_visa',
    })
  })

  test('with an unknown payment method is refused', () => {
    expect(refusal(create(terms, 'pm_nobody'))).toBe('resource_missing')
  })
})

describe('confirm', () => {
  test('by hand authorizes and leaves the capture to a later call', () => {
    const decision = afterwards(confirm(given(), by('pm_card_visa'), attempt))
    expect(decision.intent).toEqual({
      ...terms,
      status: 'requires_capture',
      paymentMethod: 'pm_card_visa',
      charge: 'ch_1',
    })
    expect(decision.charge).toMatchObject({ id: 'ch_1', amount: 1000, captured: false, amountCaptured: 0 })
    expect(decision.events).toEqual(['charge.succeeded', 'payment_intent.amount_capturable_updated'])
  })

  test('automatic captures at once', () => {
    const decision = afterwards(confirm(given({ captureMethod: 'automatic' }), by('pm_card_visa'), attempt))
    expect(decision.intent).toMatchObject({ status: 'succeeded', amountReceived: 1000 })
    expect(decision.charge).toMatchObject({ captured: true, amountCaptured: 1000 })
    expect(decision.events).toEqual(['charge.succeeded', 'payment_intent.succeeded'])
  })

  test('of a declined card keeps the failed charge and waits for another method', () => {
    const decision = afterwards(confirm(given(), by('pm_card_chargeDeclinedLostCard'), attempt))
    expect(decision.intent).toMatchObject({ status: 'requires_payment_method', charge: 'ch_1' })
    expect(decision.charge).toMatchObject({ status: 'failed', amountCaptured: 0 })
    expect(decision.refusal).toMatchObject({ status: 402, code: 'card_declined', declineCode: 'lost_card' })
    expect(decision.events).toEqual(['charge.failed', 'payment_intent.payment_failed'])
  })

  test('after a decline, another method succeeds on the same intent', () => {
    const { intent } = afterwards(confirm(given(), by('pm_card_visa_chargeDeclined'), attempt))
    expect(afterwards(confirm(intent, by('pm_card_visa'), secondAttempt)).intent).toEqual({
      ...terms,
      status: 'requires_capture',
      paymentMethod: 'pm_card_visa',
      charge: 'ch_2',
    })
  })

  test.each([
    ['requires_capture', authorized().intent],
    ['succeeded', afterwards(capture(authorized().intent, authorized().held, null)).intent],
    ['canceled', afterwards(cancel(given(), null, { reason: null, at: 1 })).intent],
  ])('is refused in %s', (status, intent) => {
    expect(intent.status).toBe(status)
    expect(refusal(confirm(intent, by('pm_card_visa'), secondAttempt))).toBe('payment_intent_unexpected_state')
  })

  test('without any payment method is refused', () => {
    expect(refusal(confirm(given(), by(null), attempt))).toBe('payment_intent_unexpected_state')
  })

  test('needs a return URL where methods may redirect', () => {
    const redirecting = given({ automaticPaymentMethods: { enabled: true, allow_redirects: 'always' } })
    const staying = given({ automaticPaymentMethods: { enabled: true, allow_redirects: 'never' } })
    expect(confirm(redirecting, by('pm_card_visa'), attempt)).toMatchObject({ refusal: { param: 'return_url' } })
    expect(afterwards(confirm(staying, by('pm_card_visa'), attempt)).intent.status).toBe('requires_capture')
  })

  test('a type of method that the intent does not take is refused', () => {
    const intent = given({ captureMethod: 'automatic' })
    expect(confirm(intent, by('pm_usBankAccount_processing'), attempt).kind).toBe('refused')
  })
})

describe('authentication', () => {
  const waiting = () => afterwards(confirm(given(), by('pm_card_authenticationRequired'), attempt)).intent

  test('is requested before there is a charge', () => {
    expect(waiting()).toMatchObject({ status: 'requires_action', charge: null })
  })

  test('that succeeds authorizes', () => {
    expect(afterwards(authenticate(waiting(), 'succeeded', attempt)).intent).toMatchObject({
      status: 'requires_capture',
      charge: 'ch_1',
    })
  })

  test('that fails waits for another method', () => {
    const decision = afterwards(authenticate(waiting(), 'failed', attempt))
    expect(decision.intent).toMatchObject({ status: 'requires_payment_method', charge: null })
    expect(decision.refusal?.code).toBe('payment_intent_authentication_failure')
    expect(decision.charge).toBe(null)
  })

  test('can be followed by a decline', () => {
    const method = 'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds'
    const { intent } = afterwards(confirm(given(), by(method), attempt))
    const decision = afterwards(authenticate(intent, 'succeeded', attempt))
    expect(decision.refusal).toMatchObject({ code: 'card_declined', declineCode: 'insufficient_funds' })
  })

  test('is a decline if the customer is absent', () => {
    const alone = { ...by('pm_card_authenticationRequired'), canAuthenticate: false }
    const decision = afterwards(confirm(given(), alone, attempt))
    expect(decision.refusal?.code).toBe('authentication_required')
    expect(decision.intent.status).toBe('requires_payment_method')
  })

  test('is refused if none was requested', () => {
    expect(refusal(authenticate(given(), 'succeeded', attempt))).toBe('payment_intent_unexpected_state')
  })
})

describe('capture', () => {
  test('without an amount captures everything', () => {
    const { intent, held } = authorized()
    const decision = afterwards(capture(intent, held, null))
    expect(decision.intent).toMatchObject({ status: 'succeeded', amountReceived: 1000 })
    expect(decision.events).toEqual(['charge.captured', 'payment_intent.succeeded'])
  })

  test('of a part releases the rest', () => {
    const { intent, held } = authorized()
    expect(afterwards(capture(intent, held, 700)).charge).toMatchObject({ amountCaptured: 700, amountReleased: 300 })
  })

  test('of more than the authorized amount is refused, of exactly that amount is not', () => {
    const { intent, held } = authorized()
    expect(refusal(capture(intent, held, 1001))).toBe('amount_too_large')
    expect(capture(intent, held, 1000).kind).toBe('moved')
  })

  test('is possible once', () => {
    const { intent, held } = authorized()
    const { intent: done, charge } = afterwards(capture(intent, held, 700))
    expect(refusal(capture(done, charge, 300))).toBe('payment_intent_unexpected_state')
  })
})

describe('cancel', () => {
  test('before a charge sends an event about the intent only', () => {
    const decision = afterwards(cancel(given(), null, { reason: 'abandoned', at: 7 }))
    expect(decision.intent).toMatchObject({ status: 'canceled', reason: 'abandoned', canceledAt: 7, charge: null })
    expect(decision.events).toEqual(['payment_intent.canceled'])
  })

  test('of an authorized intent releases its charge', () => {
    const { intent, held } = authorized()
    const decision = afterwards(cancel(intent, held, { reason: null, at: 7 }))
    expect(decision.charge).toMatchObject({ amountReleased: 1000, amountRefunded: 0, captured: false })
    expect(decision.events).toEqual(['charge.refunded', 'payment_intent.canceled'])
  })

  test('is refused after success and after itself', () => {
    const { intent, held } = authorized()
    const succeeded = afterwards(capture(intent, held, null)).intent
    const canceled = afterwards(cancel(given(), null, { reason: null, at: 7 })).intent
    expect(refusal(cancel(succeeded, held, { reason: null, at: 8 }))).toBe('payment_intent_unexpected_state')
    expect(refusal(cancel(canceled, null, { reason: null, at: 8 }))).toBe('payment_intent_unexpected_state')
  })
})

describe('processing', () => {
  const bank = { captureMethod: 'automatic', paymentMethodTypes: ['us_bank_account'] } as const
  const processing = () => afterwards(confirm(given(bank), by('pm_usBankAccount_processing'), attempt))

  test('is settled by the bank, either way', () => {
    const { intent, charge } = processing()
    expect(intent.status).toBe('processing')
    expect(afterwards(settle(intent, charge, 'succeeded')).intent.status).toBe('succeeded')
    expect(afterwards(settle(intent, charge, 'failed')).intent.status).toBe('requires_payment_method')
  })

  test('is impossible with a manual capture', () => {
    const manual = given({ ...bank, captureMethod: 'manual' })
    expect(refusal(confirm(manual, by('pm_usBankAccount_processing'), attempt))).toBe(
      'payment_intent_incompatible_payment_method',
    )
  })
})
