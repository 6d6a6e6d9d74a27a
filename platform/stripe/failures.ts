import { isBrokenCircuitError, isBulkheadRejectedError, isTaskCancelledError } from 'cockatiel'
import Stripe from 'stripe'
import { ProviderOutcomeUnknown, ProviderRefused } from '#commands/payment-provider.ts'

// Maps failed calls to the errors of the port. Stripe's error objects carry the whole payment object with its client secret, so
// none of them is passed on or set as a cause: only codes, messages and request ids leave this folder.

const { StripeCardError, StripeConnectionError, StripeError, StripeIdempotencyError, StripeInvalidRequestError } =
  Stripe.errors

/** The provider was unreachable or failed. Such a call is retried, and counts for the circuit breaker. */
export const isOutage = (error: unknown): boolean => {
  if (isTaskCancelledError(error) || error instanceof StripeConnectionError) return true
  if (!(error instanceof StripeError) || isKeptFailure(error)) return false
  return error.statusCode === undefined || error.statusCode >= 500 || error.statusCode === 429
}

/** Every request may be sent again: reads change nothing, and all others carry an idempotency key. */
export const isWorthRetrying = (error: unknown): boolean => {
  if (error instanceof StripeError && error.headers?.['stripe-should-retry'] === 'false') return false
  return isOutage(error) || (error instanceof StripeError && error.statusCode === 409)
}

/**
 * No use in sending this key again: Stripe has kept the 5xx that an earlier try ended with, for a day, or knows the key
 * from a request with other parameters, as an earlier release of ours may have sent them.
 */
export const isKeySpent = (error: unknown): boolean => error instanceof StripeIdempotencyError || isKeptFailure(error)

const isKeptFailure = (error: unknown): boolean =>
  error instanceof StripeError && (error.statusCode ?? 0) >= 500 && error.headers?.['idempotent-replayed'] === 'true'

/** The provider decided on the payment itself, so its object has the outcome. */
export const isShownByObject = (error: unknown): error is Stripe.errors.StripeError =>
  error instanceof StripeCardError ||
  (error instanceof StripeError && error.code !== undefined && codesShownByObject.has(error.code))

/** The request is fine but for the payment method that the shopper named. */
export const isAboutPaymentMethod = (error: unknown): error is Stripe.errors.StripeInvalidRequestError =>
  error instanceof StripeInvalidRequestError && error.param === 'payment_method'

/** The object's state does not allow the call. */
export const unexpectedState = 'payment_intent_unexpected_state'

const codesShownByObject: ReadonlySet<string> = new Set([
  unexpectedState,
  'payment_intent_authentication_failure',
  'payment_intent_payment_attempt_failed',
  'payment_intent_payment_attempt_expired',
  'capture_charge_authorization_expired',
  'charge_expired_for_capture',
])

/** The card's own decline code, if there is one; Stripe leaves it empty for other payment methods. */
export const declineCodeOf = (error: {
  readonly decline_code?: string
  readonly code?: string
  readonly type: string
}): string => error.decline_code || error.code || error.type

/**
 * The error of the port. Refused credentials say nothing about the payment, so they count as an unknown outcome, which is
 * tried again and at last shown to people, rather than as a refusal, which would end orders.
 */
export const portErrorOf = (error: unknown): unknown => {
  if (isTaskCancelledError(error)) return new ProviderOutcomeUnknown('Stripe did not answer in time.')
  if (isBrokenCircuitError(error))
    return new ProviderOutcomeUnknown('Stripe failed repeatedly, so calls to it are paused for a moment.')
  if (isBulkheadRejectedError(error)) return new ProviderOutcomeUnknown('Too many calls to Stripe are under way.')
  if (!(error instanceof StripeError)) return error
  const { statusCode, requestId } = error
  const place = requestId === undefined ? '' : ` (${requestId})`
  if (error instanceof StripeConnectionError) return new ProviderOutcomeUnknown(`Stripe: ${error.message}${place}`)
  if (statusCode === 401 || statusCode === 403)
    return new ProviderOutcomeUnknown(`Stripe refused our credentials: check STRIPE_API_KEY${place}.`)
  if (error instanceof StripeIdempotencyError)
    return new ProviderOutcomeUnknown(`Stripe knows this idempotency key from another request${place}.`)
  const isUnknown = statusCode === undefined || statusCode >= 500 || statusCode === 409 || statusCode === 429
  if (isUnknown) return new ProviderOutcomeUnknown(`Stripe answered ${statusCode ?? 'no JSON'}${place}.`)
  const code = error.decline_code || error.code || error.rawType || error.type
  return new ProviderRefused(code, `${error.message}${place}`)
}
