// /v1/disputes, and what the customer's bank does under /simulator: it disputes a charge, and decides.

import { z } from 'zod'
import { amountMax } from '../../objects/amounts.ts'
import { closeDispute, disputeReasons, openDispute } from '../../objects/dispute.ts'
import { presentDispute } from '../../objects/present-dispute.ts'
import { noSuchObject } from '../../objects/refusal.ts'
import { answerOk, answerRefusal, type Endpoint, endpoint, secondsOf } from '../call.ts'
import { expand, expansion } from '../expand.ts'
import { listPage, presentList } from '../list.ts'
import { listFilter, listing, text } from '../params.ts'
import { record } from '../record.ts'

export const retrieveDispute: Endpoint = endpoint(z.strictObject(expansion('dispute')), (params, call, ledger) => {
  const dispute = ledger.find('dispute', call.id)
  if (!dispute) return answerRefusal(noSuchObject('dispute', call.id, 'id'))
  return answerOk(expand(presentDispute(dispute), params.expand, ledger))
})

export const listDisputes: Endpoint = endpoint(
  z.strictObject({
    ...expansion('disputes'),
    ...listing,
    payment_intent: text(255).optional(),
    charge: text(255).optional(),
  }),
  (params, call, ledger) => {
    const page = listPage(ledger, 'dispute', {
      ...listFilter(params),
      intent: params.payment_intent,
      charge: params.charge,
    })
    if ('type' in page) return answerRefusal(page)
    return answerOk(expand(presentList(page, presentDispute, call.path), params.expand, ledger))
  },
)

const accusation = z.strictObject({
  reason: z.enum(disputeReasons),
  amount: z.coerce.number().int().min(1).max(amountMax).optional(),
})

export const disputeCharge: Endpoint = endpoint(accusation, (params, call, ledger) => {
  const charge = ledger.find('charge', call.id)
  if (!charge) return answerRefusal(noSuchObject('charge', call.id, 'id'))
  const { reason, amount = null } = params
  const decision = openDispute(charge, { id: call.newId('dp'), createdAt: secondsOf(call), reason, amount })
  if (decision.kind === 'refused') return answerRefusal(decision.refusal)
  record(ledger, call, decision)
  return answerOk(presentDispute(decision.dispute))
})

const outcome = z.strictObject({ outcome: z.enum(['won', 'lost']) })

export const settleDispute: Endpoint = endpoint(outcome, (params, call, ledger) => {
  const dispute = ledger.find('dispute', call.id)
  const charge = dispute && ledger.find('charge', dispute.chargeId)
  if (!dispute || !charge) return answerRefusal(noSuchObject('dispute', call.id, 'id'))
  const decision = closeDispute(dispute, charge, params.outcome)
  if (decision.kind === 'refused') return answerRefusal(decision.refusal)
  record(ledger, call, decision)
  return answerOk(presentDispute(decision.dispute))
})
