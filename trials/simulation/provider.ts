import type { PaymentNotice } from '#commands/payment-notice.ts'
import {
  type DisputeView,
  type IntentView,
  type IntentViewStatus,
  type OrderAttempt,
  type OrderRefund,
  ProviderRefused,
  type RefundView,
} from '#commands/payment-provider.ts'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import type { Schedule } from './schedule.ts'

// The simulated payment provider: its objects, ledger and webhooks. It is never kinder than Stripe: an idempotency key protects a
// retry only while it is remembered, objects change by themselves, refunds fail after they have succeeded, and webhooks come
// late, twice and in any order.

export type Intent = {
  readonly id: string
  readonly orderId: string
  readonly attempt: number
  readonly amount: number
  readonly method: string
  status: Exclude<IntentViewStatus['type'], 'capture_failed'>
}
export type Refund = {
  readonly id: string
  readonly refundId: string
  readonly orderId: string
  readonly intentId: string
  readonly amount: number
  status: RefundView['status']['type']
}

export const methods = ['card_good', 'card_slow', 'card_asks', 'card_declined'] as const

export type ProviderServer = {
  readonly intents: ReadonlyMap<string, Intent>
  readonly refunds: readonly Refund[]
  readonly create: (wanted: OrderAttempt & { readonly amount: number; readonly paymentMethod: string }) => IntentView
  readonly find: (wanted: OrderAttempt) => IntentView | undefined
  readonly read: (id: string) => IntentView
  readonly confirm: (id: string) => IntentView
  readonly capture: (id: string) => IntentView
  readonly cancel: (id: string) => IntentView
  readonly refund: (wanted: OrderRefund & { readonly amount: number }) => RefundView
  readonly findRefund: (wanted: OrderRefund) => RefundView | undefined
  readonly readRefund: (id: string) => RefundView
  readonly readDispute: (id: string) => DisputeView
  /** The shopper answers the bank's question in the browser. */
  readonly authenticate: (id: string, succeeds: boolean) => void
}

export type ProviderOptions = {
  readonly schedule: Schedule
  readonly random: Random
  readonly faults: () => Faults
  /** Money was taken. */
  readonly charged: (intent: Intent) => void
  /** `mustArrive`: nothing but this webhook will ever tell. */
  readonly tell: (notice: PaymentNotice, mustArrive: boolean) => void
}

const slowMilliseconds = 5_000
const lapseMilliseconds = 30_000
const bounceMilliseconds = 20_000

const viewOf = ({ id, orderId, attempt, amount, status }: Intent): IntentView => {
  const common = { providerObjectId: id, amount, clientSecret: `${id}_secret`, order: { orderId, attempt } }
  switch (status) {
    case 'authorized':
      return { ...common, status: { type: status, authorizedUntil: null } }
    case 'declined':
      return { ...common, status: { type: status, declineCode: 'generic_decline' } }
    case 'captured':
      return { ...common, status: { type: status, capturedAmount: amount } }
    default:
      return { ...common, status: { type: status } }
  }
}

const refundViewOf = ({ id, refundId, intentId, amount, status }: Refund): RefundView => ({
  providerObjectId: id,
  refundId,
  paymentObjectId: intentId,
  amount,
  status: status === 'failed' ? { type: status, reason: 'bank' } : { type: status },
})

/** The same attempt always gets the same answer, as one with a wrong amount does. */
const isNeverAccepted = (orderId: string, attempt: number, rate: number): boolean =>
  ((Number.parseInt(orderId.slice(0, 6), 16) + attempt * 7_919) % 1_000) / 1_000 < rate

export const createProviderServer = ({ schedule, random, faults, charged, tell }: ProviderOptions): ProviderServer => {
  const intents = new Map<string, Intent>()
  const refunds: Refund[] = []
  const disputes = new Map<string, DisputeView>()
  const keys = new Map<string, { readonly objectId: string; readonly at: number }>()
  let events = 0

  const intentOf = (id: string): Intent => {
    const intent = intents.get(id)
    if (intent === undefined) throw new ProviderRefused('resource_missing', `no such intent: ${id}`)
    return intent
  }
  const remembered = (key: string): string | undefined => {
    const known = keys.get(key)
    return known && schedule.now() - known.at < faults().keyMemory ? known.objectId : undefined
  }
  const become = (intent: Intent, status: Intent['status']): IntentView => {
    intent.status = status
    events += 1
    const notice = {
      eventId: `evt_${events}`,
      provider: 'cards',
      type: `payment_intent.${status}`,
      kind: 'intent',
    } as const
    tell({ ...notice, providerObjectId: intent.id }, false)
    return viewOf(intent)
  }
  const later = (milliseconds: number, label: string, run: () => void): void =>
    schedule.after(random.below(milliseconds), `provider ${label}`, run)

  const authorize = (intent: Intent): IntentView => {
    if (random.chance(faults().authorizationLapses))
      later(lapseMilliseconds, `lets ${intent.id} lapse`, () => {
        if (intent.status === 'authorized') become(intent, 'voided')
      })
    return become(intent, 'authorized')
  }

  const confirm = (id: string): IntentView => {
    const intent = intentOf(id)
    if (intent.status !== 'created') return viewOf(intent)
    if (intent.method === 'card_declined') return become(intent, 'declined')
    if (intent.method === 'card_asks') return become(intent, 'requires_action')
    if (intent.method !== 'card_slow') return authorize(intent)
    later(slowMilliseconds, `decides on ${id}`, () => {
      if (intent.status === 'processing') random.chance(0.8) ? authorize(intent) : become(intent, 'declined')
    })
    return become(intent, 'processing')
  }

  const dispute = ({ id, amount }: Intent): void => {
    events += 1
    const providerObjectId = `dp_${disputes.size + 1}`
    disputes.set(providerObjectId, { providerObjectId, paymentObjectId: id, amount, reason: 'fraudulent' })
    tell(
      {
        eventId: `evt_${events}`,
        provider: 'cards',
        type: 'charge.dispute.created',
        kind: 'dispute',
        providerObjectId,
      },
      true,
    )
  }

  const capture = (id: string): IntentView => {
    const intent = intentOf(id)
    if (intent.status !== 'authorized') return viewOf(intent)
    if (!random.chance(faults().captureFails)) {
      charged(intent)
      if (random.chance(faults().disputes)) later(bounceMilliseconds, `disputes ${id}`, () => dispute(intent))
      return become(intent, 'captured')
    }
    if (random.chance(0.5)) return become(intent, 'voided')
    return { ...become(intent, 'declined'), status: { type: 'capture_failed', reason: 'payment_attempt_failed' } }
  }

  const tellRefund = (refund: Refund): void => {
    events += 1
    const notice = {
      eventId: `evt_${events}`,
      provider: 'cards',
      type: `refund.${refund.status}`,
      kind: 'refund',
    } as const
    tell({ ...notice, providerObjectId: refund.id }, true)
  }
  const settleRefund = (refund: Refund): void => {
    if (!random.chance(faults().refundFails)) return
    later(bounceMilliseconds, `bounces ${refund.id}`, () => {
      refund.status = 'failed'
      tellRefund(refund)
    })
  }
  const refund: ProviderServer['refund'] = ({ orderId, refundId, paymentObjectId, failedObjectIds, amount }) => {
    const key = `${refundId}-${failedObjectIds.length + 1}`
    const known = refunds.find(({ id }) => id === remembered(key))
    if (known) return refundViewOf(known)
    const left = refunds
      .filter(({ intentId, status }) => intentId === paymentObjectId && status !== 'failed')
      .reduce(
        (sum, one) => sum - one.amount,
        intentOf(paymentObjectId).status === 'captured' ? intentOf(paymentObjectId).amount : 0,
      )
    if (amount > left) throw new ProviderRefused('charge_already_refunded', 'more than is left of the charge')
    const isPending = random.chance(0.2)
    const status = isPending ? 'pending' : 'refunded'
    const made: Refund = {
      id: `re_${refunds.length + 1}`,
      refundId,
      orderId,
      intentId: paymentObjectId,
      amount,
      status,
    }
    refunds.push(made)
    keys.set(key, { objectId: made.id, at: schedule.now() })
    if (isPending)
      later(bounceMilliseconds, `pays out ${made.id}`, () => {
        if (made.status !== 'pending') return
        made.status = 'refunded'
        tellRefund(made)
      })
    settleRefund(made)
    return refundViewOf(made)
  }

  const create: ProviderServer['create'] = ({ orderId, attempt, amount, paymentMethod }) => {
    const key = `${orderId}-${attempt}-create`
    if (isNeverAccepted(orderId, attempt, faults().createRefused))
      throw new ProviderRefused('amount_too_small', 'simulated: the provider never takes this amount')
    const known = intents.get(remembered(key) ?? '')
    if (known) return viewOf(known)
    const id = `pi_${intents.size + 1}`
    const made: Intent = { id, orderId, attempt, amount, method: paymentMethod, status: 'created' }
    intents.set(id, made)
    keys.set(key, { objectId: id, at: schedule.now() })
    return become(made, 'created')
  }

  return {
    intents,
    refunds,
    create,
    find: ({ orderId, attempt }) => {
      if (random.chance(faults().overlooks)) return undefined
      const found = [...intents.values()].find((one) => one.orderId === orderId && one.attempt === attempt)
      return found && viewOf(found)
    },
    read: (id) => viewOf(intentOf(id)),
    confirm,
    capture,
    cancel: (id) => {
      const intent = intentOf(id)
      return intent.status === 'captured' || intent.status === 'voided' ? viewOf(intent) : become(intent, 'voided')
    },
    refund,
    readRefund: (id) => {
      const found = refunds.find((one) => one.id === id)
      if (found === undefined) throw new ProviderRefused('resource_missing', `no such refund: ${id}`)
      return refundViewOf(found)
    },
    readDispute: (id) => {
      const found = disputes.get(id)
      if (found === undefined) throw new ProviderRefused('resource_missing', `no such dispute: ${id}`)
      return found
    },
    findRefund: ({ refundId, paymentObjectId, failedObjectIds }) => {
      const found = refunds.findLast(
        (one) => one.refundId === refundId && one.intentId === paymentObjectId && !failedObjectIds.includes(one.id),
      )
      return found && refundViewOf(found)
    },
    authenticate: (id, succeeds) => {
      const intent = intentOf(id)
      if (intent.status === 'requires_action') succeeds ? authorize(intent) : become(intent, 'declined')
      // The secret still works: the shopper tries another card in the browser.
      else if (intent.status === 'declined' && succeeds) authorize(intent)
    },
  }
}
