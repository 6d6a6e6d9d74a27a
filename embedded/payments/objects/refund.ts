// Refunds of captured money. Pure; a refund and its charge move together.

import { amountRefundable, type Charge, type Metadata, refunded } from './charge.ts'
import { findPaymentMethod } from './payment-methods.ts'
import { invalidRequest, type Refusal } from './refusal.ts'

export type Refund = {
  readonly id: string
  readonly createdAt: number
  readonly amount: number
  readonly currency: string
  readonly chargeId: string
  readonly intentId: string
  readonly paymentMethod: string
  readonly metadata: Metadata
  readonly reason: string | null
  readonly status: 'pending' | 'succeeded' | 'failed'
}

export type RefundEvent =
  | 'refund.created'
  | 'refund.updated'
  | 'refund.failed'
  | 'charge.refunded'
  | 'charge.refund.updated'

export type RefundDecision =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | {
      readonly kind: 'moved'
      readonly refund: Refund
      readonly charge: Charge
      readonly events: readonly RefundEvent[]
    }

export type RefundTerms = Pick<Refund, 'id' | 'createdAt' | 'metadata' | 'reason'> & { readonly amount: number | null }

const refused = (refusal: Refusal): RefundDecision => ({ kind: 'refused', refusal })

/** Without an amount, all that is left is refunded. */
export const createRefund = (charge: Charge, terms: RefundTerms): RefundDecision => {
  const left = amountRefundable(charge)
  if (!charge.captured)
    return refused(
      invalidRequest(
        `This uncaptured Charge was created by a PaymentIntent (${charge.intentId}). You must cancel the PaymentIntent to reverse the authorization instead of refunding the Charge.`,
        { code: 'charge_not_refundable' },
      ),
    )
  if (left === 0)
    return refused(
      invalidRequest(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' }),
    )
  if (charge.dispute === 'open' || charge.dispute === 'lost')
    return refused(
      invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, { code: 'charge_disputed' }),
    )
  const amount = terms.amount ?? left
  if (amount > left)
    return refused(
      invalidRequest(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, {
        param: 'amount',
      }),
    )
  const refund: Refund = {
    ...terms,
    amount,
    currency: charge.currency,
    chargeId: charge.id,
    intentId: charge.intentId,
    paymentMethod: charge.paymentMethod,
    status: findPaymentMethod(charge.paymentMethod)?.refunds === 'pend' ? 'pending' : 'succeeded',
  }
  return { kind: 'moved', refund, charge: refunded(charge, amount), events: ['refund.created', 'charge.refunded'] }
}

/** The bank's late word on a refund: it can fail even after it has succeeded, and its money is then not refunded. */
export const settleRefund = (refund: Refund, charge: Charge, outcome: 'succeeded' | 'failed'): RefundDecision => {
  if (refund.status === 'failed' || refund.status === outcome)
    return refused(invalidRequest(`This refund has a status of ${refund.status} and cannot become ${outcome}.`))
  if (outcome === 'succeeded')
    return {
      kind: 'moved',
      refund: { ...refund, status: 'succeeded' },
      charge,
      events: ['refund.updated', 'charge.refund.updated'],
    }
  return {
    kind: 'moved',
    refund: { ...refund, status: 'failed' },
    charge: refunded(charge, -refund.amount),
    events: ['refund.updated', 'refund.failed', 'charge.refund.updated'],
  }
}
