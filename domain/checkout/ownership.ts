import { laterOf, type Moment, type Order } from '../order/state.ts'
import { type Instant, secondsAfter } from '../values/instant.ts'
import type { Effect } from './effects.ts'

/**
 * How long an effect belongs to the process that appended the event that made it due: one outbound call (8 s) and its
 * append.
 */
export const ownedSeconds = 10

/** The fields of an effect that say who may run it: see `Effect`. */
export const owned = (order: Order, cause: Moment): Pick<Effect, 'cause' | 'dueSince' | 'ownedUntil'> => {
  const dueSince = order.resumed === null ? cause : laterOf(cause, order.resumed)
  return { cause, dueSince, ownedUntil: secondsAfter(dueSince.at, ownedSeconds) }
}

/**
 * Whether a caller may run an effect at `at`. `appendedFrom` is the first revision that the caller appended in this drive;
 * null if it appended nothing (the checkout runner and the sweep).
 */
export const mayRun = (
  effect: Effect,
  { at, appendedFrom }: { readonly at: Instant; readonly appendedFrom: number | null },
): boolean => at >= effect.ownedUntil || (appendedFrom !== null && effect.dueSince.revision >= appendedFrom)

/** Whether the effect may have been tried before: then the provider's object is read before anything is done to it. */
export const mayHaveBeenTried = (order: Order, cause: Moment, at: Instant): boolean =>
  at >= secondsAfter(cause.at, ownedSeconds) || (order.resumed !== null && order.resumed.revision >= cause.revision)
