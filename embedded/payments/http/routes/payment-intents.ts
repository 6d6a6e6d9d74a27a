// /v1/payment_intents

import { z } from 'zod'
import type { Ledger } from '../../ledger/ledger.ts'
import { amountMax, amountMin } from '../../objects/amounts.ts'
import type { Attempt } from '../../objects/attempt.ts'
import type { Decision } from '../../objects/decision.ts'
import { cancel, capture, confirm, create } from '../../objects/intent.ts'
import { type Intent, type IntentTerms, latestCharge } from '../../objects/intent-state.ts'
import { presentIntent } from '../../objects/present.ts'
import { invalidRequest, noSuchObject, type Refusal } from '../../objects/refusal.ts'
import { type Answer, answerOk, answerRefusal, type Call, type Endpoint, endpoint, secondsOf } from '../call.ts'
import { expand, expansion } from '../expand.ts'
import { listPage, presentList } from '../list.ts'
import { boolean, integer, listFilter, listing, metadata, text } from '../params.ts'
import { record } from '../record.ts'

const confirmation = {
  payment_method: text(255).optional(),
  return_url: text(2048).optional(),
  off_session: boolean.default(false),
  error_on_requires_action: boolean.default(false),
}

const paymentMethodTypes = z.array(text(64)).min(1).max(20)

const creation = z.strictObject({
  ...expansion('payment_intent'),
  ...confirmation,
  amount: integer(1, amountMax),
  currency: z
    .string()
    .regex(/^[a-zA-Z]{3}$/, 'it takes a three-letter ISO currency code')
    .transform((code) => code.toLowerCase()),
  capture_method: z.enum(['automatic', 'automatic_async', 'manual']).default('automatic_async'),
  confirm: boolean.default(false),
  allowed_payment_method_types: paymentMethodTypes.optional(),
  payment_method_types: paymentMethodTypes.optional(),
  automatic_payment_methods: z
    .strictObject({ enabled: boolean, allow_redirects: z.enum(['always', 'never']).default('always') })
    .optional(),
  metadata,
  description: text(1000).optional(),
  receipt_email: text(512).optional(),
  statement_descriptor_suffix: text(22).optional(),
})

type Creation = z.infer<typeof creation>

export const createIntent: Endpoint = endpoint(creation, (params, call, ledger) => {
  const refusal = creationRefusal(params, call)
  if (refusal) return answerRefusal(refusal)
  const created = create(intentTerms(params, call), params.payment_method ?? null)
  if (created.kind === 'refused' || !params.confirm) return answerDecision(ledger, call, created, params.expand)
  const confirmed = confirm(created.intent, confirmationOf(params), attemptOf(call))
  // What cannot be confirmed at all is not created either; a decline leaves the intent behind.
  if (confirmed.kind === 'refused') return answerRefusal(confirmed.refusal)
  record(ledger, call, created)
  return answerDecision(ledger, call, confirmed, params.expand)
})

/** From this version on Stripe knows allowed_payment_method_types alone; callers that name no version may send either. */
const typesRemovedIn = '2026-09-30'

const creationRefusal = (params: Creation, { apiVersion }: Call): Refusal | null => {
  if (params.payment_method_types && apiVersion !== null && apiVersion >= typesRemovedIn)
    return invalidRequest('payment_method_types is no longer supported: use allowed_payment_method_types.', {
      code: 'payment_method_types_no_longer_supported',
      param: 'payment_method_types',
    })
  const chosen = [
    params.allowed_payment_method_types,
    params.payment_method_types,
    params.automatic_payment_methods,
  ].filter((choice) => choice !== undefined)
  if (chosen.length > 1)
    return invalidRequest(
      'You may only specify one of these parameters: allowed_payment_method_types, payment_method_types, automatic_payment_methods.',
      { code: 'parameters_exclusive' },
    )
  if (params.amount < amountMin(params.currency))
    return invalidRequest(
      `Amount must be at least ${amountMin(params.currency)} in the minor units of ${params.currency}.`,
      { code: 'amount_too_small', param: 'amount' },
    )
  return null
}

const intentTerms = (params: Creation, call: Call): IntentTerms => {
  const id = call.newId('pi')
  const types = params.allowed_payment_method_types ?? params.payment_method_types
  return {
    id,
    clientSecret: call.newId(`${id}_secret`),
    createdAt: secondsOf(call),
    amount: params.amount,
    currency: params.currency,
    captureMethod: params.capture_method,
    allowedPaymentMethodTypes: params.allowed_payment_method_types ?? null,
    paymentMethodTypes: types ?? ['card'],
    // Without any of the parameters Stripe turns automatic payment methods on, redirects included.
    automaticPaymentMethods:
      params.automatic_payment_methods ?? (types ? null : { enabled: true, allow_redirects: 'always' }),
    metadata: params.metadata,
    description: params.description ?? null,
    receiptEmail: params.receipt_email ?? null,
    statementDescriptorSuffix: params.statement_descriptor_suffix ?? null,
  }
}

const confirmationOf = (params: z.infer<z.ZodObject<typeof confirmation>>) => ({
  paymentMethod: params.payment_method ?? null,
  returnUrl: params.return_url ?? null,
  canAuthenticate: !params.off_session && !params.error_on_requires_action,
})

export const attemptOf = (call: Call): Attempt => ({ chargeId: call.newId('ch'), at: secondsOf(call) })

export const confirmIntent: Endpoint = endpoint(
  z.strictObject({ ...expansion('payment_intent'), ...confirmation }),
  (params, call, ledger) =>
    changeIntent(ledger, call, params.expand, (intent) => confirm(intent, confirmationOf(params), attemptOf(call))),
)

export const captureIntent: Endpoint = endpoint(
  z.strictObject({ ...expansion('payment_intent'), amount_to_capture: integer(1, amountMax).optional() }),
  (params, call, ledger) =>
    changeIntent(ledger, call, params.expand, (intent) =>
      capture(intent, chargeOf(ledger, intent), params.amount_to_capture ?? null),
    ),
)

const cancellation = z.strictObject({
  ...expansion('payment_intent'),
  cancellation_reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer', 'abandoned']).optional(),
})

export const cancelIntent: Endpoint = endpoint(cancellation, (params, call, ledger) =>
  changeIntent(ledger, call, params.expand, (intent) =>
    cancel(intent, chargeOf(ledger, intent), { reason: params.cancellation_reason ?? null, at: secondsOf(call) }),
  ),
)

export const retrieveIntent: Endpoint = endpoint(
  z.strictObject(expansion('payment_intent')),
  (params, call, ledger) => {
    const intent = ledger.find('payment_intent', call.id)
    if (!intent) return answerRefusal(noSuchObject('payment_intent', call.id, 'intent'))
    return answerOk(expand(presentIntent(intent), params.expand, ledger))
  },
)

export const listIntents: Endpoint = endpoint(
  z.strictObject({ ...expansion('payment_intents'), ...listing }),
  (params, call, ledger) => {
    const page = listPage(ledger, 'payment_intent', listFilter(params))
    if ('type' in page) return answerRefusal(page)
    return answerOk(expand(presentList(page, presentIntent, call.path), params.expand, ledger))
  },
)

export const chargeOf = (ledger: Ledger, intent: Intent) => {
  const id = latestCharge(intent)
  return id === null ? null : (ledger.find('charge', id) ?? null)
}

/** Loads the intent of the path, decides, keeps and answers. */
const changeIntent = (
  ledger: Ledger,
  call: Call,
  expandPaths: readonly string[],
  decide: (intent: Intent) => Decision,
): Answer => {
  const intent = ledger.find('payment_intent', call.id)
  if (!intent) return answerRefusal(noSuchObject('payment_intent', call.id, 'intent'))
  return answerDecision(ledger, call, decide(intent), expandPaths, intent)
}

const answerDecision = (
  ledger: Ledger,
  call: Call,
  decision: Decision,
  expandPaths: readonly string[],
  before?: Intent,
): Answer => {
  if (decision.kind === 'refused') return answerRefusal(decision.refusal, before)
  record(ledger, call, decision)
  if (decision.refusal) return answerRefusal(decision.refusal, decision.intent)
  return answerOk(expand(presentIntent(decision.intent), expandPaths, ledger))
}
