// Disputes of captured money by the customer's bank. Pure; a dispute and its charge move together. The money is withdrawn
// when the dispute is made and given back when it is won.

import type { Charge } from './charge.ts'
import { invalidRequest, type Refusal } from './refusal.ts'

export const disputeReasons = [
  'bank_cannot_process',
  'credit_not_processed',
  'customer_initiated',
  'debit_not_authorized',
  'duplicate',
  'fraudulent',
  'general',
  'insufficient_funds',
  'product_not_received',
  'product_unacceptable',
  'subscription_canceled',
  'unrecognized',
] as const

export type Dispute = {
  readonly id: string
  readonly createdAt: number
  readonly amount: number
  readonly currency: string
  readonly chargeId: string
  readonly intentId: string
  readonly reason: (typeof disputeReasons)[number]
  readonly status: 'needs_response' | 'won' | 'lost'
}

export type DisputeEvent =
  | 'charge.dispute.created'
  | 'charge.dispute.funds_withdrawn'
  | 'charge.dispute.closed'
  | 'charge.dispute.funds_reinstated'

export type DisputeDecision =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | {
      readonly kind: 'moved'
      readonly dispute: Dispute
      readonly charge: Charge
      readonly events: readonly DisputeEvent[]
    }

export type DisputeTerms = Pick<Dispute, 'id' | 'createdAt' | 'reason'> & { readonly amount: number | null }

const refused = (message: string): DisputeDecision => ({ kind: 'refused', refusal: invalidRequest(message) })

/** Without an amount, all that was captured is disputed, whatever was refunded of it: the bank does not know. */
export const openDispute = (charge: Charge, terms: DisputeTerms): DisputeDecision => {
  if (!charge.captured) return refused(`Charge ${charge.id} was not captured: there is nothing to dispute.`)
  if (charge.dispute !== null) return refused(`Charge ${charge.id} has already been disputed.`)
  const amount = terms.amount ?? charge.amountCaptured
  if (amount > charge.amountCaptured)
    return refused(`The amount to dispute (${amount}) is greater than what was captured (${charge.amountCaptured}).`)
  const dispute: Dispute = {
    ...terms,
    amount,
    currency: charge.currency,
    chargeId: charge.id,
    intentId: charge.intentId,
    status: 'needs_response',
  }
  return {
    kind: 'moved',
    dispute,
    charge: { ...charge, dispute: 'open' },
    events: ['charge.dispute.created', 'charge.dispute.funds_withdrawn'],
  }
}

export const closeDispute = (dispute: Dispute, charge: Charge, outcome: 'won' | 'lost'): DisputeDecision => {
  if (dispute.status !== 'needs_response')
    return refused(`This dispute has a status of ${dispute.status}: it is closed.`)
  return {
    kind: 'moved',
    dispute: { ...dispute, status: outcome },
    charge: { ...charge, dispute: outcome },
    events:
      outcome === 'won' ? ['charge.dispute.closed', 'charge.dispute.funds_reinstated'] : ['charge.dispute.closed'],
  }
}
