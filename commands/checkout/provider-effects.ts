import { unreachable } from '#domain/assert.ts'
import type { Effect, ProviderEffect } from '#domain/checkout/effects.ts'
import type { OrderSubmitted } from '../order-rules.ts'
import { type IntentView, ProviderOutcomeUnknown, ProviderRefused, type RefundView } from '../payment-provider.ts'
import type { CheckoutPorts, Run } from './ports.ts'
import { recordFact, recordIntent } from './record.ts'

type Of<Type extends ProviderEffect['type']> = Extract<Effect, { readonly type: Type }>

/** What an effect came to: what the order said to it, and the secret with which the shopper's browser goes on. */
export type EffectOutcome = {
  readonly submitted: OrderSubmitted | undefined
  readonly clientSecret: string | null
}

const recorded = async (attempt: number, view: IntentView, run: Run, ports: CheckoutPorts): Promise<EffectOutcome> => ({
  submitted: await recordIntent(attempt, view, run, ports),
  clientSecret: view.status.type === 'requires_action' ? view.clientSecret : null,
})

/** Where somebody may have tried before, the provider is asked what it has: nothing is repeated unseen. */
const createIntent = async (
  effect: Of<'createIntent'>,
  { orderId }: Run,
  ports: CheckoutPorts,
): Promise<IntentView> => {
  const { attempt, amount, currency, paymentMethod } = effect
  const found = effect.seeFirst
    ? await ports.provider.findIntent({ orderId, attempt, since: effect.requestedAt })
    : undefined
  return found ?? ports.provider.createIntent({ orderId, attempt, amount, currency, paymentMethod })
}

/** What the provider will not confirm is declined, whatever its reason: the shopper can pay otherwise. */
const confirmIntent = async (effect: Of<'confirmIntent'>, run: Run, ports: CheckoutPorts): Promise<IntentView> => {
  if (effect.seeFirst) {
    const view = await ports.provider.readIntent(effect.providerObjectId)
    if (view.status.type !== 'created') return view
  }
  try {
    return await ports.provider.confirmIntent({ ...effect, orderId: run.orderId })
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error
    const view = await ports.provider.readIntent(effect.providerObjectId)
    return view.status.type === 'created' ? { ...view, status: { type: 'declined', declineCode: error.code } } : view
  }
}

/** An object that was authorized and is declined now has lost its authorization to a capture that failed. */
const afterCapture = (view: IntentView): IntentView =>
  view.status.type === 'declined'
    ? { ...view, status: { type: 'capture_failed', reason: view.status.declineCode } }
    : view

const captureIntent = async (effect: Of<'captureIntent'>, run: Run, ports: CheckoutPorts): Promise<IntentView> => {
  if (effect.seeFirst) {
    const view = await ports.provider.readIntent(effect.providerObjectId)
    if (view.status.type !== 'authorized') return afterCapture(view)
  }
  return afterCapture(await ports.provider.captureIntent({ ...effect, orderId: run.orderId }))
}

/** The time to pay is over: what was confirmed in time stands, what still waits to be confirmed is voided. */
const readIntent = async (effect: Of<'readIntent'>, run: Run, ports: CheckoutPorts): Promise<IntentView> => {
  const view = await ports.provider.readIntent(effect.providerObjectId)
  return view.status.type === 'created' ? ports.provider.voidIntent({ ...effect, orderId: run.orderId }) : view
}

const recordRefund = async (
  effect: Of<'refundIntent'>,
  view: RefundView,
  run: Run,
  ports: CheckoutPorts,
): Promise<EffectOutcome> => {
  const { refundId, paymentObjectId } = effect
  const { providerObjectId, amount, status } = view
  const fact = { refundId, provider: ports.provider.name, paymentObjectId, providerObjectId, amount }
  switch (status.type) {
    case 'pending':
      return { submitted: undefined, clientSecret: null }
    case 'refunded':
      return { submitted: await recordFact({ type: 'RecordRefunded', ...fact }, run, ports), clientSecret: null }
    case 'failed': {
      const failed = { type: 'RecordRefundFailed', ...fact, reason: status.reason } as const
      return { submitted: await recordFact(failed, run, ports), clientSecret: null }
    }
    default:
      return unreachable(status)
  }
}

const refundIntent = async (
  effect: Of<'refundIntent'>,
  { orderId }: Run,
  ports: CheckoutPorts,
): Promise<RefundView> => {
  const { refundId, paymentObjectId, failedObjectIds, amount } = effect
  const refund = { orderId, refundId, paymentObjectId, failedObjectIds }
  const found = effect.seeFirst ? await ports.provider.findRefund(refund) : undefined
  return found ?? ports.provider.refund({ ...refund, amount })
}

/** Runs one call to the provider and records what it came to. Rejects where that is not known. */
export const runProviderEffect = async (
  effect: Extract<Effect, ProviderEffect>,
  run: Run,
  ports: CheckoutPorts,
): Promise<EffectOutcome> => {
  switch (effect.type) {
    case 'createIntent':
      return recorded(effect.attempt, await createIntent(effect, run, ports), run, ports)
    case 'confirmIntent':
      return recorded(effect.attempt, await confirmIntent(effect, run, ports), run, ports)
    case 'readIntent':
      return recorded(effect.attempt, await readIntent(effect, run, ports), run, ports)
    case 'captureIntent':
      return recorded(effect.attempt, await captureIntent(effect, run, ports), run, ports)
    case 'voidIntent':
      return recorded(effect.attempt, await ports.provider.voidIntent({ ...effect, orderId: run.orderId }), run, ports)
    case 'refundIntent':
      return recordRefund(effect, await refundIntent(effect, run, ports), run, ports)
    default:
      return unreachable(effect)
  }
}

export const isOutcomeUnknown = (error: unknown): boolean => error instanceof ProviderOutcomeUnknown
