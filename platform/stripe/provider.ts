import type Stripe from 'stripe'
import type { PaymentProvider } from '#commands/payment-provider.ts'
import { type Availability, type Call, type CallLimits, callLimits, createCalls } from './calls.ts'
import { connectStripe, type StripeAddress } from './connection.ts'
import { readDispute } from './disputes.ts'
import { portErrorOf } from './failures.ts'
import { captureIntent, confirmIntent, createIntent, readIntent, voidIntent } from './intents.ts'
import { kindOfNotice } from './notice-kinds.ts'
import { findIntent, findRefund } from './objects.ts'
import { createRefund, readRefund } from './refunds.ts'

// Payments by Stripe, or by the payment simulator, which differs by address and key alone. Goal: whatever is lost on the
// way, no payment is made twice, and no answer is older than the object. Method: each request carries a key that derives
// from what it is for, is bounded in time and tries, and ends in a view of the object or in one of the port's two errors.

export type StripeProviderOptions = StripeAddress & {
  readonly limits?: Partial<CallLimits>
  /** Called when calls to Stripe are paused, tried again, and resumed. */
  readonly onAvailability?: (availability: Availability) => void
}

/** Every call ends within `callMillisecondsMax`. Nothing here logs. */
export const createStripeProvider = (options: StripeProviderOptions): PaymentProvider => {
  const { onAvailability = () => {} } = options
  const limits = { ...callLimits, ...options.limits }
  const stripe = connectStripe(options, {
    socketsMax: limits.inFlightMax,
    answerMillisecondsMax: limits.tryMillisecondsMax,
  })
  const calls = createCalls(limits, onAvailability)

  const method =
    <Wanted, Found>(run: (ports: { stripe: Stripe; call: Call }, wanted: Wanted) => Promise<Found>) =>
    async (wanted: Wanted): Promise<Found> => {
      try {
        return await calls((call) => run({ stripe, call }, wanted))
      } catch (error) {
        throw portErrorOf(error)
      }
    }

  return {
    name: 'stripe',
    createIntent: method(createIntent),
    findIntent: method(findIntent),
    readIntent: method(readIntent),
    confirmIntent: method(confirmIntent),
    captureIntent: method(captureIntent),
    voidIntent: method(voidIntent),
    refund: method(createRefund),
    findRefund: method(findRefund),
    readRefund: method(readRefund),
    readDispute: method(readDispute),
    kindOfNotice,
  }
}
