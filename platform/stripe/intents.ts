import type Stripe from 'stripe'
import {
  type IntentView,
  type OrderAttempt,
  type OrderIntent,
  type PaymentProvider,
  ProviderRefused,
} from '#commands/payment-provider.ts'
import type { Call } from './calls.ts'
import { declineCodeOf, isAboutPaymentMethod, isShownByObject, unexpectedState } from './failures.ts'
import { type RequestWithKey, sendKeyed } from './keyed.ts'
import { intentView } from './views.ts'

// The requests about a PaymentIntent. What Stripe refuses because of the card or the object's state, and what it answers
// from memory, is read from the object: it may have moved on since, in the shopper's browser for one.

type Ports = { readonly stripe: Stripe; readonly call: Call }

type Of<Name extends 'createIntent' | 'readIntent' | 'confirmIntent' | 'captureIntent' | 'voidIntent'> = (
  ports: Ports,
  ...wanted: Parameters<PaymentProvider[Name]>
) => Promise<IntentView>

/**
 * Stripe counts these in other units than ISO 4217 does (https://docs.stripe.com/currencies#special-cases): an amount
 * would be taken for a hundred times as much, or for a hundredth.
 */
const currenciesRefused: ReadonlySet<string> = new Set(['ISK', 'MGA', 'UGX'])

/** The charge says until when an authorization can be captured: asked for where the answer may be one. */
const withCharge = { expand: ['latest_charge'] }

const keyOf = ({ orderId, attempt }: OrderAttempt, step: string): string =>
  `order-${orderId}-attempt-${attempt}-${step}`

/**
 * A payment method that Stripe does not take (it is unknown, or used up) is the shopper's to change, like a declined card.
 * The attempt then gets its object without one, which says itself that it was declined: something to record and to void.
 */
export const createIntent: Of<'createIntent'> = async ({ stripe, call }, order) => {
  const { orderId, attempt, amount, currency, paymentMethod } = order
  if (currenciesRefused.has(currency))
    throw new ProviderRefused('currency_not_supported', `Payments by Stripe cannot be taken in ${currency}.`)
  const params = {
    amount,
    currency: currency.toLowerCase(),
    capture_method: 'manual',
    // Whatever the account accepts, except what would send the shopper away from the conversation.
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { orderId, attempt: String(attempt) },
  } satisfies Stripe.PaymentIntentCreateParams
  // A second object, unconfirmed, moves no money.
  const send = (step: string, more: Pick<Stripe.PaymentIntentCreateParams, 'payment_method' | 'metadata'>) =>
    sendKeyed(call, { key: keyOf(order, step), mayRepeat: true }, (options) =>
      stripe.paymentIntents.create({ ...params, ...more }, options),
    )
  const { object, isReplayed } = await send('create', { payment_method: paymentMethod }).catch((error: unknown) => {
    if (!isAboutPaymentMethod(error)) throw error
    return send('create-declined', { metadata: { ...params.metadata, declineCode: declineCodeOf(error) } })
  })
  return isReplayed ? readIntent({ stripe, call }, object.id) : intentView(object)
}

export const readIntent: Of<'readIntent'> = async ({ stripe, call }, providerObjectId) =>
  intentView(await call(() => stripe.paymentIntents.retrieve(providerObjectId, withCharge)))

export const confirmIntent: Of<'confirmIntent'> = (ports, intent) =>
  changeIntent(ports, intent, 'confirm', (options) =>
    ports.stripe.paymentIntents.confirm(intent.providerObjectId, withCharge, options),
  )

export const voidIntent: Of<'voidIntent'> = (ports, intent) =>
  changeIntent(ports, intent, 'void', (options) =>
    ports.stripe.paymentIntents.cancel(intent.providerObjectId, {}, options),
  )

/** Tells a capture that failed for good while the authorization stands from an authorization that has lapsed (voided). */
export const captureIntent: Of<'captureIntent'> = (ports, { amount, ...intent }) =>
  changeIntent(
    ports,
    intent,
    'capture',
    (options) => ports.stripe.paymentIntents.capture(intent.providerObjectId, { amount_to_capture: amount }, options),
    (view, code) =>
      code !== unexpectedState && (view.status.type === 'authorized' || view.status.type === 'declined')
        ? { ...view, status: { type: 'capture_failed', reason: code } }
        : view,
  )

/**
 * The object's own state lets each of these happen once, whatever the key. The key names the object too: an attempt can
 * come to have two, of which one is let go, and Stripe refuses for a day a key that it knows from another object.
 */
const changeIntent = async (
  ports: Ports,
  intent: OrderIntent,
  step: 'confirm' | 'void' | 'capture',
  change: RequestWithKey<Stripe.PaymentIntent>,
  afterRefusal: (view: IntentView, code: string) => IntentView = (view) => view,
): Promise<IntentView> => {
  try {
    const key = keyOf(intent, `${step}-${intent.providerObjectId}`)
    const { object, isReplayed } = await sendKeyed(ports.call, { key, mayRepeat: true }, change)
    if (!isReplayed) return intentView(object)
  } catch (error) {
    if (!isShownByObject(error)) throw error
    return afterRefusal(await readIntent(ports, intent.providerObjectId), declineCodeOf(error))
  }
  return readIntent(ports, intent.providerObjectId)
}
