// The state machine of a PaymentIntent, as Stripe has it. Pure: ids and the time are arguments, and a decision says what
// to keep, what to tell the webhook and what error to answer. Amounts are integers in minor units, times are seconds.

import {
  type Attempt,
  approve,
  attemptPayment,
  type Confirmation,
  cardError,
  declineWith,
  failPayment,
} from './attempt.ts'
import { type Charge, captured, released } from './charge.ts'
import { type Decision, moved, refused } from './decision.ts'
import { type Intent, type IntentTerms, latestCharge, paymentMethodOf, termsOf } from './intent-state.ts'
import { type Decline, findPaymentMethod, type PaymentMethod } from './payment-methods.ts'
import { invalidRequest, noSuchObject, type Refusal, unexpectedState } from './refusal.ts'

export const create = (terms: IntentTerms, paymentMethod: string | null): Decision => {
  if (paymentMethod === null)
    return moved({ ...terms, status: 'requires_payment_method', charge: null, lastError: null }, null, [
      'payment_intent.created',
    ])
  const usable = usablePaymentMethod(terms, paymentMethod)
  if ('status' in usable) return refused(usable)
  return moved({ ...terms, status: 'requires_confirmation', paymentMethod }, null, ['payment_intent.created'])
}

export const confirm = (intent: Intent, confirmation: Confirmation, attempt: Attempt): Decision => {
  if (intent.status === 'succeeded')
    return refused(
      unexpectedState(
        'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
      ),
    )
  if (intent.status === 'processing' || intent.status === 'requires_capture' || intent.status === 'canceled')
    return refused(
      unexpectedState(
        `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_payment_method, requires_confirmation, requires_action.`,
      ),
    )
  const name = confirmation.paymentMethod ?? paymentMethodOf(intent)
  if (name === null)
    return refused(
      unexpectedState(
        "You cannot confirm this PaymentIntent because it's missing a payment method. Confirm it again with a payment method.",
      ),
    )
  const method = usablePaymentMethod(intent, name)
  if ('status' in method) return refused(method)
  if (mayRedirect(intent) && confirmation.returnUrl === null) return refused(returnUrlMissing)
  return attemptPayment(intent, method, confirmation, attempt)
}

const returnUrlMissing = invalidRequest(
  'A `return_url` must be specified because this PaymentIntent accepts payment methods that may redirect. To accept none of them, set `automatic_payment_methods[enabled]` to true and `automatic_payment_methods[allow_redirects]` to never when creating it.',
  { param: 'return_url' },
)

const mayRedirect = ({ automaticPaymentMethods }: IntentTerms): boolean =>
  automaticPaymentMethods?.enabled === true && automaticPaymentMethods.allow_redirects !== 'never'

const usablePaymentMethod = (terms: IntentTerms, id: string): PaymentMethod | Refusal => {
  const method = findPaymentMethod(id)
  if (!method) return noSuchObject('PaymentMethod', id, 'payment_method')
  if (method.type === 'us_bank_account' && terms.captureMethod === 'manual')
    return invalidRequest(
      `The PaymentMethod provided (${method.type}) is not allowed for this PaymentIntent, as it cannot be captured manually.`,
      { code: 'payment_intent_incompatible_payment_method', param: 'payment_method' },
    )
  if (terms.automaticPaymentMethods?.enabled || terms.paymentMethodTypes.includes(method.type)) return method
  return invalidRequest(
    `The PaymentMethod provided (${method.type}) is not allowed for this PaymentIntent. Its types are: ${terms.paymentMethodTypes.join(', ')}.`,
    { param: 'payment_method' },
  )
}

/** The customer answers the challenge of a requires_action intent. */
export const authenticate = (intent: Intent, outcome: 'succeeded' | 'failed', attempt: Attempt): Decision => {
  if (intent.status !== 'requires_action')
    return refused(
      unexpectedState(
        `This PaymentIntent has a status of ${intent.status}: only requires_action can be authenticated.`,
      ),
    )
  const { paymentMethod } = intent
  if (outcome === 'failed') {
    const failure: Refusal = {
      ...invalidRequest(
        'The provided PaymentMethod has failed authentication. Provide a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
        { code: 'payment_intent_authentication_failure' },
      ),
      paymentMethod,
    }
    return failPayment(intent, null, failure, ['payment_intent.payment_failed'])
  }
  const issuer = findPaymentMethod(paymentMethod)?.issuer
  if (issuer?.kind === 'authenticates' && issuer.declinesWith !== null)
    return declineWith(intent, paymentMethod, issuer.declinesWith, attempt)
  return approve(intent, paymentMethod, attempt)
}

/** The bank answers for an intent in processing. `pending` is the intent's charge. */
export const settle = (intent: Intent, pending: Charge | null, outcome: 'succeeded' | 'failed'): Decision => {
  if (intent.status !== 'processing' || pending === null)
    return refused(
      unexpectedState(`This PaymentIntent has a status of ${intent.status}: only processing can be settled.`),
    )
  if (outcome === 'succeeded')
    return moved(
      {
        ...termsOf(intent),
        status: 'succeeded',
        paymentMethod: intent.paymentMethod,
        charge: pending.id,
        amountReceived: intent.amount,
      },
      captured(pending, intent.amount),
      ['charge.succeeded', 'payment_intent.succeeded'],
    )
  const decline: Decline = {
    code: 'payment_intent_payment_attempt_failed',
    declineCode: null,
    message: 'The payment failed.',
  }
  const failed: Charge = { ...pending, status: 'failed', decline }
  return failPayment(intent, failed, cardError(failed, decline), ['charge.failed', 'payment_intent.payment_failed'])
}

/** `held` is the intent's authorized charge; without an amount all of it is captured, and what is not is released. */
export const capture = (intent: Intent, held: Charge | null, amountToCapture: number | null): Decision => {
  if (intent.status !== 'requires_capture' || held === null)
    return refused(
      unexpectedState(
        `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
      ),
    )
  const amount = amountToCapture ?? held.amount
  if (amount > held.amount)
    return refused(
      invalidRequest(
        `The amount to capture (${amount}) is greater than the amount that can be captured (${held.amount}).`,
        { code: 'amount_too_large', param: 'amount_to_capture' },
      ),
    )
  return moved(
    {
      ...termsOf(intent),
      status: 'succeeded',
      paymentMethod: intent.paymentMethod,
      charge: held.id,
      amountReceived: amount,
    },
    captured(held, amount),
    ['charge.captured', 'payment_intent.succeeded'],
  )
}

export type Cancellation = { readonly reason: string | null; readonly at: number }

/** Cancelling an authorized intent releases its charge, which Stripe reports as charge.refunded with nothing captured. */
export const cancel = (intent: Intent, held: Charge | null, { reason, at }: Cancellation): Decision => {
  if (intent.status === 'succeeded' || intent.status === 'canceled')
    return refused(
      unexpectedState(
        `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: requires_payment_method, requires_capture, requires_confirmation, requires_action, processing.`,
      ),
    )
  const canceled: Intent = {
    ...termsOf(intent),
    status: 'canceled',
    paymentMethod: paymentMethodOf(intent),
    charge: latestCharge(intent),
    canceledAt: at,
    reason,
  }
  if ((intent.status === 'requires_capture' || intent.status === 'processing') && held !== null)
    return moved(canceled, released(held), ['charge.refunded', 'payment_intent.canceled'])
  return moved(canceled, null, ['payment_intent.canceled'])
}
