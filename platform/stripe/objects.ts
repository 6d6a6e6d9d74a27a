import type Stripe from 'stripe'
import { type OrderAttempt, type PaymentProvider, ProviderOutcomeUnknown } from '#commands/payment-provider.ts'
import { systemClock } from '../clock.ts'
import type { Call } from './calls.ts'
import { readIntent } from './intents.ts'
import { refundView } from './views.ts'

// Finding an object whose id is not known, because the answer that named it was lost. Lists are read rather than
// searched: Stripe's search index lags by up to a minute, its lists do not.

type Ports = { readonly stripe: Stripe; readonly call: Call }

const pageSize = 100
/** For the refunds of one payment, or one interval in which no object may be missed. */
const pagesMax = 20
/** Of one stretch of time where what is overlooked does no harm: a rush makes more than can be read in one call. */
const quickPagesMax = 4
/** Stripe remembers keys for a day; less by what our clock may be wrong. */
const keyTrustedMilliseconds = 22 * 3_600_000
/** Stripe's clock and ours may differ by so much. */
const skewSeconds = 300
/** Nearly every object is made as soon as it is asked for: so much time is looked through first. */
const soonSeconds = 15

type Find<Name extends 'findIntent' | 'findRefund'> = (
  ports: Ports,
  ...wanted: Parameters<PaymentProvider[Name]>
) => ReturnType<PaymentProvider[Name]>

/**
 * While Stripe remembers the key of whatever was made since, a quick look is enough: an object that it overlooks is made
 * again under its key, and so is the same one. To wait for a look that is complete would be to wait until the rush is over.
 * Later a look that is not complete rejects: an attempt would come to have two objects.
 */
export const findIntent: Find<'findIntent'> = async (ports, { orderId, attempt, since }) => {
  const { stripe, call } = ports
  const isKeyTrusted = systemClock.now() - since < keyTrustedMilliseconds
  const from = Math.floor(since / 1_000)
  const soon = from + soonSeconds
  let isWhole = true
  for (const created of [{ gte: from, lte: soon }, { gte: from - skewSeconds, lt: from }, { gt: soon }]) {
    const page = (after: After) => call(() => stripe.paymentIntents.list({ created, limit: pageSize, ...after }))
    const look = await findIn(page, isKeyTrusted ? quickPagesMax : pagesMax, ({ metadata }) =>
      isOfAttempt(metadata, { orderId, attempt }),
    )
    if (look.found !== undefined) return readIntent(ports, look.found.id)
    isWhole &&= look.isWhole
  }
  if (isWhole || isKeyTrusted) return undefined
  throw new ProviderOutcomeUnknown('Stripe has more objects than can be looked through.')
}

/** Rejects if there are more objects than the bound allows: a wrong "none" would pay twice. */
export const findRefund: Find<'findRefund'> = async (
  { stripe, call },
  { refundId, paymentObjectId, failedObjectIds },
) => {
  const page = (after: After) =>
    call(() => stripe.refunds.list({ payment_intent: paymentObjectId, limit: pageSize, ...after }))
  const { found, isWhole } = await findIn(
    page,
    pagesMax,
    ({ id, metadata }) => metadata?.refundId === refundId && !failedObjectIds.includes(id),
  )
  if (found !== undefined) return refundView(found)
  if (!isWhole) throw new ProviderOutcomeUnknown(`A payment has more than ${pagesMax * pageSize} refunds.`)
  return undefined
}

type After = { readonly starting_after?: string }

/** `isWhole`: nothing was left to be looked through. */
const findIn = async <T extends { readonly id: string }>(
  page: (after: After) => Promise<Stripe.ApiList<T>>,
  pagesMax: number,
  isWanted: (object: T) => boolean,
): Promise<{ readonly found: T | undefined; readonly isWhole: boolean }> => {
  let after: After = {}
  for (let read = 0; read < pagesMax; read += 1) {
    const { data, has_more: hasMore } = await page(after)
    const found = data.find(isWanted)
    const last = data.at(-1)
    if (found !== undefined || !hasMore || last === undefined) return { found, isWhole: true }
    after = { starting_after: last.id }
  }
  return { found: undefined, isWhole: false }
}

const isOfAttempt = (metadata: Stripe.Metadata, { orderId, attempt }: OrderAttempt): boolean =>
  metadata.orderId === orderId && metadata.attempt === String(attempt)
