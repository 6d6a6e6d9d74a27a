// /v1/refunds

import { z } from 'zod'
import type { Ledger } from '../../ledger/ledger.ts'
import { amountMax } from '../../objects/amounts.ts'
import type { Charge } from '../../objects/charge.ts'
import { latestCharge } from '../../objects/intent-state.ts'
import { findPaymentMethod } from '../../objects/payment-methods.ts'
import { presentRefund } from '../../objects/present.ts'
import { createRefund, settleRefund } from '../../objects/refund.ts'
import { invalidRequest, noSuchObject, type Refusal } from '../../objects/refusal.ts'
import { answerOk, answerRefusal, type Endpoint, endpoint, secondsOf } from '../call.ts'
import { expand, expansion } from '../expand.ts'
import { listPage, presentList } from '../list.ts'
import { integer, listFilter, listing, metadata, text } from '../params.ts'
import { record } from '../record.ts'

const creation = z.strictObject({
  ...expansion('refund'),
  payment_intent: text(255).optional(),
  charge: text(255).optional(),
  amount: integer(1, amountMax).optional(),
  metadata,
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
})

export const createRefundOfPayment: Endpoint = endpoint(creation, (params, call, ledger) => {
  const charge = refundedCharge(params, ledger)
  if ('type' in charge) return answerRefusal(charge)
  const decision = createRefund(charge, {
    id: call.newId('re'),
    createdAt: secondsOf(call),
    amount: params.amount ?? null,
    metadata: params.metadata,
    reason: params.reason ?? null,
  })
  if (decision.kind === 'refused') return answerRefusal(decision.refusal)
  record(ledger, call, decision)
  // Accepted now and returned by the bank later: the answer says succeeded, whoever reads the refund again sees it failed.
  if (findPaymentMethod(charge.paymentMethod)?.refunds === 'fail') {
    const returned = settleRefund(decision.refund, decision.charge, 'failed')
    if (returned.kind === 'moved') record(ledger, call, returned)
  }
  return answerOk(expand(presentRefund(decision.refund), params.expand, ledger))
})

type Target = { readonly payment_intent?: string | undefined; readonly charge?: string | undefined }

const refundedCharge = (target: Target, ledger: Ledger): Charge | Refusal => {
  if (target.charge !== undefined) {
    const charge = ledger.find('charge', target.charge)
    if (!charge) return noSuchObject('charge', target.charge, 'charge')
    if (target.payment_intent !== undefined && target.payment_intent !== charge.intentId)
      return invalidRequest('The charge does not belong to the payment_intent.', { param: 'charge' })
    return charge
  }
  if (target.payment_intent === undefined)
    return invalidRequest('One of the following params should be provided for this request: payment_intent or charge.')
  const intent = ledger.find('payment_intent', target.payment_intent)
  if (!intent) return noSuchObject('payment_intent', target.payment_intent, 'payment_intent')
  const id = latestCharge(intent)
  const charge = id === null ? undefined : ledger.find('charge', id)
  if (charge?.status !== 'succeeded')
    return invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
      param: 'payment_intent',
    })
  return charge
}

export const retrieveRefund: Endpoint = endpoint(z.strictObject(expansion('refund')), (params, call, ledger) => {
  const refund = ledger.find('refund', call.id)
  if (!refund) return answerRefusal(noSuchObject('refund', call.id, 'id'))
  return answerOk(expand(presentRefund(refund), params.expand, ledger))
})

export const listRefunds: Endpoint = endpoint(
  z.strictObject({
    ...expansion('refunds'),
    ...listing,
    payment_intent: text(255).optional(),
    charge: text(255).optional(),
  }),
  (params, call, ledger) => {
    const page = listPage(ledger, 'refund', {
      ...listFilter(params),
      intent: params.payment_intent,
      charge: params.charge,
    })
    if ('type' in page) return answerRefusal(page)
    return answerOk(expand(presentList(page, presentRefund, call.path), params.expand, ledger))
  },
)
