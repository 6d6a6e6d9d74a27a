// What deciding about an intent gives: nothing but a refusal, or what to keep, what to tell the webhook and what to answer.

import type { Charge } from './charge.ts'
import type { Intent, IntentEvent } from './intent-state.ts'
import type { Refusal } from './refusal.ts'

export type Decision =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | {
      readonly kind: 'moved'
      readonly intent: Intent
      readonly charge: Charge | null
      readonly events: readonly IntentEvent[]
      /** A declined card moves the intent and is an error all the same. */
      readonly refusal: Refusal | null
    }

export const refused = (refusal: Refusal): Decision => ({ kind: 'refused', refusal })

export const moved = (intent: Intent, charge: Charge | null, events: readonly IntentEvent[]): Decision => ({
  kind: 'moved',
  intent,
  charge,
  events,
  refusal: null,
})
