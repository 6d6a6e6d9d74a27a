import type Stripe from 'stripe'
import { type OrderAttempt, type PaymentProvider, ProviderOutcomeUnknown } from '#commands/payment-provider.ts'
import type { Call } from './calls.ts'
import { intentView, refundView } from './views.ts'

// Finding an object whose id is not known, because the answer that named it was lost. Lists are read rather than
// searched: Stripe's search index lags by up to a minute, its lists do not.

type Ports = { readonly stripe: Stripe; readonly call: Call }

const pageSize = 100
const pagesMax = 20
/** Stripe's clock and ours may differ by so much. */
const skewSeconds = 300
/** Nearly every object is made as soon as it is asked for: so much time is looked through first. */
const soonSeconds = 120

type Find<Name extends 'findIntent' | 'findRefund'> = (
  ports: Ports,
  ...wanted: Parameters<PaymentProvider[Name]>
) => ReturnType<PaymentProvider[Name]>

export const findIntent: Find<'findIntent'> = async ({ stripe, call }, { orderId, attempt, since }) => {
  const from = Math.floor(since / 1_000)
  const windows = [{ gte: from - skewSeconds, lte: from + soonSeconds }, { gt: from + soonSeconds }] as const
  for (const created of windows) {
    const page = (after: After) =>
      call(() => stripe.paymentIntents.list({ created, limit: pageSize, expand: ['data.latest_charge'], ...after }))
    const found = await findIn(page, ({ metadata }) => isOfAttempt(metadata, { orderId, attempt }))
    if (found !== undefined) return intentView(found)
  }
  return undefined
}

export const findRefund: Find<'findRefund'> = async (
  { stripe, call },
  { refundId, paymentObjectId, failedObjectIds },
) => {
  const page = (after: After) =>
    call(() => stripe.refunds.list({ payment_intent: paymentObjectId, limit: pageSize, ...after }))
  const found = await findIn(
    page,
    ({ id, metadata }) => metadata?.refundId === refundId && !failedObjectIds.includes(id),
  )
  return found && refundView(found)
}

type After = { readonly starting_after?: string }

/** Rejects where there is more to look through than the bound allows: a wrong "none" would be acted on. */
const findIn = async <T extends { readonly id: string }>(
  page: (after: After) => Promise<Stripe.ApiList<T>>,
  isWanted: (object: T) => boolean,
): Promise<T | undefined> => {
  let after: After = {}
  for (let read = 0; read < pagesMax; read += 1) {
    const { data, has_more: hasMore } = await page(after)
    const found = data.find(isWanted)
    const last = data.at(-1)
    if (found !== undefined || !hasMore || last === undefined) return found
    after = { starting_after: last.id }
  }
  throw new ProviderOutcomeUnknown(`Stripe has more than ${pagesMax * pageSize} objects to look through.`)
}

const isOfAttempt = (metadata: Stripe.Metadata, { orderId, attempt }: OrderAttempt): boolean =>
  metadata.orderId === orderId && metadata.attempt === String(attempt)
