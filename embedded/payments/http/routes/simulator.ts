// /simulator: what happens outside Stripe's API. The customer answers a challenge, the bank answers late, and tests look
// at every charge at once.

import { z } from 'zod'
import type { Ledger } from '../../ledger/ledger.ts'
import type { Decision } from '../../objects/decision.ts'
import { authenticate, settle } from '../../objects/intent.ts'
import type { Intent } from '../../objects/intent-state.ts'
import { presentIntent, presentRefund } from '../../objects/present.ts'
import { settleRefund } from '../../objects/refund.ts'
import { noSuchObject } from '../../objects/refusal.ts'
import { type Answer, answerOk, answerRefusal, type Call, type Endpoint, endpoint } from '../call.ts'
import { record } from '../record.ts'
import { attemptOf, chargeOf } from './payment-intents.ts'

const outcome = z.strictObject({ outcome: z.enum(['succeeded', 'failed']) })

export const authenticateIntent: Endpoint = endpoint(outcome, (params, call, ledger) =>
  moveIntent(ledger, call, (intent) => authenticate(intent, params.outcome, attemptOf(call))),
)

export const settleIntent: Endpoint = endpoint(outcome, (params, call, ledger) =>
  moveIntent(ledger, call, (intent) => settle(intent, chargeOf(ledger, intent), params.outcome)),
)

/** 200 with the intent, also for a failed payment: the caller has chosen the outcome. */
const moveIntent = (ledger: Ledger, call: Call, decide: (intent: Intent) => Decision): Answer => {
  const intent = ledger.find('payment_intent', call.id)
  if (!intent) return answerRefusal(noSuchObject('payment_intent', call.id, 'intent'))
  const decision = decide(intent)
  if (decision.kind === 'refused') return answerRefusal(decision.refusal, intent)
  record(ledger, call, decision)
  return answerOk(presentIntent(decision.intent))
}

export const settleRefundOfPayment: Endpoint = endpoint(outcome, (params, call, ledger) => {
  const refund = ledger.find('refund', call.id)
  const charge = refund && ledger.find('charge', refund.chargeId)
  if (!refund || !charge) return answerRefusal(noSuchObject('refund', call.id, 'id'))
  const decision = settleRefund(refund, charge, params.outcome)
  if (decision.kind === 'refused') return answerRefusal(decision.refusal)
  record(ledger, call, decision)
  return answerOk(presentRefund(decision.refund))
})

const chargesShownMax = 1_000_000

/** Every charge, newest first; amounts in minor units, `released` is what was authorized and never captured. */
export const showCharges: Endpoint = endpoint(z.strictObject({}), (_params, _call, ledger) => {
  const { items } = ledger.list('charge', { limit: chargesShownMax })
  return answerOk({
    charges: items.map((charge) => ({
      id: charge.id,
      paymentIntent: charge.intentId,
      metadata: charge.metadata,
      paymentMethod: charge.paymentMethod,
      status: charge.status,
      currency: charge.currency,
      amount: charge.amount,
      captured: charge.amountCaptured,
      released: charge.amountReleased,
      refunded: charge.amountRefunded,
      dispute: charge.dispute,
    })),
  })
})

export const resetLedger: Endpoint = endpoint(z.strictObject({}), (_params, _call, ledger) => {
  ledger.clear()
  return answerOk({})
})
