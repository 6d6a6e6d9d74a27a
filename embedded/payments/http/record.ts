// Stores the objects that a decision changed and the events for the webhook, in one transaction.

import type { Ledger } from '../ledger/ledger.ts'
import type { Charge } from '../objects/charge.ts'
import type { Dispute, DisputeEvent } from '../objects/dispute.ts'
import type { Intent, IntentEvent } from '../objects/intent-state.ts'
import { presentCharge, presentIntent, presentRefund } from '../objects/present.ts'
import { presentDispute } from '../objects/present-dispute.ts'
import type { Refund, RefundEvent } from '../objects/refund.ts'
import { type Call, secondsOf } from './call.ts'

/** The API version of events, and of answers to callers that name none: the one that the SDK is pinned to. */
export const apiVersion = '2026-10-28.endive'

type EventType = IntentEvent | RefundEvent | DisputeEvent

type Changes = {
  readonly intent?: Intent | null
  readonly charge?: Charge | null
  readonly refund?: Refund | null
  readonly dispute?: Dispute | null
  readonly events: readonly EventType[]
}

export const record = (ledger: Ledger, call: Call, changes: Changes): void => {
  if (changes.intent) ledger.saveIntent(changes.intent)
  if (changes.charge) ledger.saveCharge(changes.charge)
  if (changes.refund) ledger.saveRefund(changes.refund)
  if (changes.dispute) ledger.saveDispute(changes.dispute)
  for (const type of changes.events) {
    const object = subjectOf(type, changes)
    if (object === null) throw new Error(`${type} is about an object that did not change`)
    ledger.appendEvent(
      {
        id: call.newId('evt'),
        object: 'event',
        api_version: apiVersion,
        created: secondsOf(call),
        data: { object },
        livemode: false,
        pending_webhooks: 1,
        request: { id: call.requestId, idempotency_key: call.idempotencyKey },
        type,
      },
      call.at,
    )
  }
}

const subjectOf = (type: EventType, { intent, charge, refund, dispute }: Changes): object | null => {
  if (type.startsWith('payment_intent.')) return intent ? presentIntent(intent) : null
  if (type.startsWith('refund.') || type === 'charge.refund.updated') return refund ? presentRefund(refund) : null
  if (type.startsWith('charge.dispute.')) return dispute ? presentDispute(dispute) : null
  return charge ? presentCharge(charge) : null
}
