// The ledger of the simulator, as its endpoints see it: objects by kind, and stored answers by idempotency key.

import type { Charge } from '../objects/charge.ts'
import type { Dispute } from '../objects/dispute.ts'
import type { Intent } from '../objects/intent-state.ts'
import type { Refund } from '../objects/refund.ts'
import type { StoredAnswer } from './idempotency.ts'

/** An event as the API and the webhook tell it; `data.object` is the object as it was then. */
export type StoredEvent = {
  readonly id: string
  readonly object: 'event'
  readonly api_version: string
  readonly created: number
  readonly data: { readonly object: object }
  readonly livemode: false
  readonly pending_webhooks: number
  readonly request: { readonly id: string; readonly idempotency_key: string | null }
  readonly type: string
}

export type Kept = {
  readonly payment_intent: Intent
  readonly charge: Charge
  readonly refund: Refund
  readonly dispute: Dispute
  readonly event: StoredEvent
}

export type Kind = keyof Kept

/** Times are seconds, bounds inclusive; `startingAfter` and `endingBefore` are ids of the same kind. */
export type ListFilter = {
  readonly limit: number
  readonly startingAfter?: string | undefined
  readonly endingBefore?: string | undefined
  readonly createdFrom?: number | undefined
  readonly createdTo?: number | undefined
  readonly intent?: string | undefined
  readonly charge?: string | undefined
  readonly type?: string | undefined
}

export type Page<T> = { readonly items: readonly T[]; readonly hasMore: boolean }

export type Ledger = {
  readonly find: <K extends Kind>(kind: K, id: string) => Kept[K] | undefined
  /** Newest first. */
  readonly list: <K extends Kind>(kind: K, filter: ListFilter) => Page<Kept[K]>
  readonly saveIntent: (intent: Intent) => void
  readonly saveCharge: (charge: Charge) => void
  readonly saveRefund: (refund: Refund) => void
  readonly saveDispute: (dispute: Dispute) => void
  /** Keeps the event and, when there is a webhook, owes it a delivery from `at` (milliseconds) on. */
  readonly appendEvent: (event: StoredEvent, at: number) => void
  readonly findAnswer: (key: string) => StoredAnswer | undefined
  readonly saveAnswer: (key: string, answer: StoredAnswer) => void
  readonly clear: () => void
}
