// One attempt to pay an intent: what the issuer of the payment method makes of it. Pure.

import { authorizedCharge, type Charge, captured, failedCharge, pendingCharge } from './charge.ts'
import { type Decision, moved } from './decision.ts'
import { type Intent, type IntentEvent, latestCharge, termsOf } from './intent-state.ts'
import { authenticationRequired, type Decline, type PaymentMethod } from './payment-methods.ts'
import type { Refusal } from './refusal.ts'

/** The inputs of an attempt beside the intent: a free charge id and the time. */
export type Attempt = { readonly chargeId: string; readonly at: number }

export type Confirmation = {
  readonly paymentMethod: string | null
  readonly returnUrl: string | null
  /** False when nobody is there to authenticate: then asking for it is a decline. */
  readonly canAuthenticate: boolean
}

const chargeTerms = (intent: Intent, paymentMethod: string, attempt: Attempt) => ({
  id: attempt.chargeId,
  intentId: intent.id,
  createdAt: attempt.at,
  amount: intent.amount,
  currency: intent.currency,
  metadata: intent.metadata,
  paymentMethod,
})

export const attemptPayment = (
  intent: Intent,
  method: PaymentMethod,
  confirmation: Confirmation,
  attempt: Attempt,
): Decision => {
  const { issuer } = method
  switch (issuer.kind) {
    case 'approves':
      return approve(intent, method.id, attempt)
    case 'declines':
      return declineWith(intent, method.id, issuer.decline, attempt)
    case 'authenticates':
      if (!confirmation.canAuthenticate) return declineWith(intent, method.id, authenticationRequired, attempt)
      return moved(
        {
          ...termsOf(intent),
          status: 'requires_action',
          paymentMethod: method.id,
          charge: latestCharge(intent),
          returnUrl: confirmation.returnUrl,
        },
        null,
        ['payment_intent.requires_action'],
      )
    case 'processes': {
      const pending = pendingCharge(chargeTerms(intent, method.id, attempt))
      return moved(
        { ...termsOf(intent), status: 'processing', paymentMethod: method.id, charge: pending.id },
        pending,
        ['charge.pending', 'payment_intent.processing'],
      )
    }
    default:
      return issuer satisfies never
  }
}

export const approve = (intent: Intent, paymentMethod: string, attempt: Attempt): Decision => {
  const authorized = authorizedCharge(chargeTerms(intent, paymentMethod, attempt))
  const held = { ...termsOf(intent), paymentMethod, charge: authorized.id }
  if (intent.captureMethod === 'manual')
    return moved({ ...held, status: 'requires_capture' }, authorized, [
      'charge.succeeded',
      'payment_intent.amount_capturable_updated',
    ])
  return moved({ ...held, status: 'succeeded', amountReceived: intent.amount }, captured(authorized, intent.amount), [
    'charge.succeeded',
    'payment_intent.succeeded',
  ])
}

export const declineWith = (intent: Intent, paymentMethod: string, decline: Decline, attempt: Attempt): Decision => {
  const failed = failedCharge(chargeTerms(intent, paymentMethod, attempt), decline)
  return failPayment(intent, failed, cardError(failed, decline), ['charge.failed', 'payment_intent.payment_failed'])
}

export const cardError = (failed: Charge, decline: Decline): Refusal => ({
  status: 402,
  type: 'card_error',
  code: decline.code,
  message: decline.message,
  ...(decline.declineCode === null ? {} : { declineCode: decline.declineCode }),
  charge: failed.id,
  paymentMethod: failed.paymentMethod,
})

export const failPayment = (
  intent: Intent,
  failed: Charge | null,
  lastError: Refusal,
  events: readonly IntentEvent[],
): Decision => ({
  kind: 'moved',
  intent: {
    ...termsOf(intent),
    status: 'requires_payment_method',
    charge: failed?.id ?? latestCharge(intent),
    lastError,
  },
  charge: failed,
  events,
  refusal: lastError,
})
