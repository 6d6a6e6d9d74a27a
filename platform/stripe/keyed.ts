import type Stripe from 'stripe'
import type { Call } from './calls.ts'
import { isKeySpent } from './failures.ts'

// Idempotency keys let a request be sent again without being done again. Two of their properties need care: an answer that
// Stripe has kept says what was true then, and a 5xx is kept too, so that a key once failed goes on failing for a day.

const keysMax = 3

type Keyed<T> = {
  readonly object: T
  /** Answered from memory: the object may have moved on since. */
  readonly isReplayed: boolean
}

export type RequestWithKey<T> = (options: { readonly idempotencyKey: string }) => Promise<Stripe.Response<T>>

/** `mayRepeat`: done twice it changes nothing, so where a key is spent the next one is tried. */
export const sendKeyed = async <T>(
  call: Call,
  { key, mayRepeat }: { readonly key: string; readonly mayRepeat: boolean },
  request: RequestWithKey<T>,
): Promise<Keyed<T>> => {
  for (let tried = 1; ; tried += 1) {
    const idempotencyKey = tried === 1 ? key : `${key}-${tried}`
    try {
      const object = await call(() => request({ idempotencyKey }))
      return { object, isReplayed: object.lastResponse.headers['idempotent-replayed'] === 'true' }
    } catch (error) {
      if (!mayRepeat || tried === keysMax || !isKeySpent(error)) throw error
    }
  }
}
