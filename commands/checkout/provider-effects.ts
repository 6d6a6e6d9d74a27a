import { unreachable } from '#domain/assert.ts'
import { type Effect, type ProviderEffect, subjectOf } from '#domain/checkout/effects.ts'
import { instantText } from '#domain/values/instant.ts'
import type { OrderSubmitted } from '../order-stream.ts'
import {
  type IntentView,
  type PaymentProvider,
  ProviderOutcomeUnknown,
  ProviderRefused,
  type RefundView,
} from '../payment-provider.ts'
import { providerNamed } from '../payment-providers.ts'
import type { CheckoutPorts, OrderRun } from './ports.ts'
import { callForAttention, recordFact, recordIntent } from './record.ts'

type Of<Type extends ProviderEffect['type']> = Extract<Effect, { readonly type: Type }>

/** The result of an effect: what was submitted to the order, and the secret with which the shopper's browser goes on. */
export type EffectOutcome = {
  readonly submitted: OrderSubmitted | undefined
  readonly clientSecret: string | null
}

type IntentEffect = Exclude<Extract<Effect, ProviderEffect>, { readonly type: 'refundIntent' | 'createIntent' }>

/** If the effect may have been tried before, looks for its object first and creates it only if there is none. */
const createIntent = async (
  effect: Of<'createIntent'>,
  { orderId }: OrderRun,
  provider: PaymentProvider,
): Promise<IntentView> => {
  const { attempt, amount, currency, paymentMethod } = effect
  const found = effect.readFirst
    ? await provider.findIntent({ orderId, attempt, since: effect.requestedAt })
    : undefined
  return found ?? provider.createIntent({ orderId, attempt, amount, currency, paymentMethod })
}

/** If the provider refuses to confirm, the attempt counts as declined, and the shopper can pay another way. */
const confirmIntent = async (
  effect: Of<'confirmIntent'>,
  run: OrderRun,
  provider: PaymentProvider,
): Promise<IntentView> => {
  if (effect.readFirst) {
    const view = await provider.readIntent(effect.providerObjectId)
    if (view.status.type !== 'created') return view
  }
  try {
    return await provider.confirmIntent({ ...effect, orderId: run.orderId })
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error
    const view = await provider.readIntent(effect.providerObjectId)
    return view.status.type === 'created' ? { ...view, status: { type: 'declined', declineCode: error.code } } : view
  }
}

/** An object that was authorized and is declined now had a failed capture. */
const afterCapture = (view: IntentView): IntentView =>
  view.status.type === 'declined'
    ? { ...view, status: { type: 'capture_failed', reason: view.status.declineCode } }
    : view

const captureIntent = async (
  effect: Of<'captureIntent'>,
  run: OrderRun,
  provider: PaymentProvider,
): Promise<IntentView> => {
  if (effect.readFirst) {
    const view = await provider.readIntent(effect.providerObjectId)
    if (view.status.type !== 'authorized') return afterCapture(view)
  }
  return afterCapture(await provider.captureIntent({ ...effect, orderId: run.orderId }))
}

/** The time to pay is over: a payment that was confirmed in time counts, an unconfirmed object is voided. */
const readIntent = async (effect: Of<'readIntent'>, run: OrderRun, provider: PaymentProvider): Promise<IntentView> => {
  const view = await provider.readIntent(effect.providerObjectId)
  return view.status.type === 'created' ? provider.voidIntent({ ...effect, orderId: run.orderId }) : view
}

const recordRefund = async (
  effect: Of<'refundIntent'>,
  view: RefundView,
  run: OrderRun,
  ports: CheckoutPorts,
): Promise<EffectOutcome> => {
  const { refundId, provider, paymentObjectId } = effect
  const { providerObjectId, amount, status } = view
  const fact = { refundId, provider, paymentObjectId, providerObjectId, amount }
  switch (status.type) {
    case 'pending':
      return { submitted: undefined, clientSecret: null }
    case 'by_hand': {
      const detail = `refund ${refundId}: transfer ${amount} minor units back for ${paymentObjectId}, and record that`
      const call = { reason: 'refund_by_hand', detail, provider, subject: refundId } as const
      const occasion = effect.dueSince.revision
      return { submitted: await callForAttention({ ...call, occasion }, run, ports), clientSecret: null }
    }
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
  { orderId }: OrderRun,
  provider: PaymentProvider,
): Promise<RefundView> => {
  const { refundId, paymentObjectId, failedObjectIds, amount } = effect
  const refund = { orderId, refundId, paymentObjectId, failedObjectIds }
  const found = effect.readFirst ? await provider.findRefund(refund) : undefined
  return found ?? provider.refund({ ...refund, amount })
}

/** The payment of a refused attempt is never created. The shopper can pay another way. */
const createOrRecordRefusal = async (
  effect: Of<'createIntent'>,
  run: OrderRun,
  provider: PaymentProvider,
  ports: CheckoutPorts,
): Promise<IntentView | OrderSubmitted> => {
  try {
    return await createIntent(effect, run, provider)
  } catch (error) {
    if (!(error instanceof ProviderRefused)) throw error
    const { attempt } = effect
    return recordFact(
      { type: 'RecordPaymentRefused', attempt, provider: provider.name, declineCode: error.code },
      run,
      ports,
    )
  }
}

const intentOf = (effect: IntentEffect, run: OrderRun, provider: PaymentProvider): Promise<IntentView> => {
  switch (effect.type) {
    case 'confirmIntent':
      return confirmIntent(effect, run, provider)
    case 'readIntent':
      return readIntent(effect, run, provider)
    case 'captureIntent':
      return captureIntent(effect, run, provider)
    case 'voidIntent':
      return provider.voidIntent({ ...effect, orderId: run.orderId })
    default:
      return unreachable(effect)
  }
}

/** Makes one call to the provider of the payment and records its result. Rejects if the outcome is unknown. */
export const runProviderEffect = async (
  effect: Extract<Effect, ProviderEffect>,
  run: OrderRun,
  ports: CheckoutPorts,
): Promise<EffectOutcome> => {
  const provider = providerNamed(effect.provider, ports)
  if (effect.type === 'refundIntent') return recordRefund(effect, await refundIntent(effect, run, provider), run, ports)
  const view =
    effect.type === 'createIntent'
      ? await createOrRecordRefusal(effect, run, provider, ports)
      : await intentOf(effect, run, provider)
  if ('results' in view) return { submitted: view, clientSecret: null }
  if (effect.type === 'captureIntent' && view.status.type === 'authorized' && view.status.payBy !== undefined) {
    const detail = `${effect.providerObjectId} was to be paid by ${instantText(view.status.payBy)}`
    const call = { reason: 'payment_overdue', detail, ...subjectOf(effect) } as const
    const occasion = effect.dueSince.revision
    return { submitted: await callForAttention({ ...call, occasion }, run, ports), clientSecret: null }
  }
  return {
    submitted: await recordIntent({ attempt: effect.attempt, provider: provider.name, view }, run, ports),
    clientSecret: view.status.type === 'requires_action' ? view.clientSecret : null,
  }
}

export const isOutcomeUnknown = (error: unknown): boolean => error instanceof ProviderOutcomeUnknown
