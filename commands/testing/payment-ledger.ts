import type { Instant } from '#domain/values/instant.ts'
import {
  type DisputeView,
  type IntentView,
  type IntentViewStatus,
  type OrderAttempt,
  ProviderRefused,
  type RefundView,
} from '../payment-provider.ts'

// The state of a payment provider: objects, newest first, and idempotency keys, which it forgets after a day.

export type LedgerIntent = OrderAttempt & {
  readonly id: string
  readonly amount: number
  readonly createdAt: Instant
  readonly paymentMethod: string
  status: IntentViewStatus
}
export type LedgerRefund = {
  readonly id: string
  /** Null if it was made on the provider's own pages. */
  readonly refundId: string | null
  readonly paymentObjectId: string
  readonly amount: number
  status: RefundView['status']
}

const keyMilliseconds = 86_400_000

const capturedBy = ({ status }: LedgerIntent): number => (status.type === 'captured' ? status.capturedAmount : 0)

export const intentViewOf = ({ id, amount, status, orderId, attempt }: LedgerIntent): IntentView => ({
  providerObjectId: id,
  amount,
  status,
  clientSecret: `${id}_secret`,
  order: { orderId, attempt },
})

export const refundViewOf = ({ id, refundId, paymentObjectId, amount, status }: LedgerRefund): RefundView => ({
  providerObjectId: id,
  refundId,
  paymentObjectId,
  amount,
  status,
})

export const createPaymentLedger = (now: () => Instant) => {
  const intents: LedgerIntent[] = []
  const refunds: LedgerRefund[] = []
  const disputes: DisputeView[] = []
  const keys = new Map<string, { readonly id: string; readonly usedAt: Instant }>()

  const keyed = <Made extends { readonly id: string }>(key: string, made: Made[], make: () => Made): Made => {
    const known = keys.get(key)
    const isFresh = known !== undefined && now() - known.usedAt < keyMilliseconds
    const found = isFresh ? made.find(({ id }) => id === known.id) : undefined
    if (found !== undefined) return found
    const object = make()
    made.unshift(object)
    keys.set(key, { id: object.id, usedAt: now() })
    return object
  }
  const shown = <Made>(kind: string, id: string, found: Made | undefined): Made => {
    if (found === undefined) throw new ProviderRefused('resource_missing', `No such ${kind}: ${id}`)
    return found
  }
  const intent = (id: string): LedgerIntent =>
    shown(
      'payment_intent',
      id,
      intents.find((known) => known.id === id),
    )
  const refundedOf = (id: string): number =>
    refunds
      .filter(({ paymentObjectId, status }) => paymentObjectId === id && status.type !== 'failed')
      .reduce((sum, { amount }) => sum + amount, 0)

  return {
    intents,
    refunds,
    disputes,
    intent,
    refund: (id: string): LedgerRefund =>
      shown(
        'refund',
        id,
        refunds.find((known) => known.id === id),
      ),
    dispute: (id: string): DisputeView =>
      shown(
        'dispute',
        id,
        disputes.find((known) => known.providerObjectId === id),
      ),
    /** Changes an intent if its status allows that. */
    change: (id: string, from: readonly IntentViewStatus['type'][], to: (of: LedgerIntent) => IntentViewStatus) => {
      const changed = intent(id)
      if (from.includes(changed.status.type)) changed.status = to(changed)
      return changed
    },
    addIntent: (wanted: Omit<LedgerIntent, 'id' | 'createdAt' | 'status'>): LedgerIntent =>
      keyed(`${wanted.orderId} ${wanted.attempt}`, intents, () => ({
        ...wanted,
        id: `pi_${intents.length + 1}`,
        createdAt: now(),
        status: { type: 'created' },
      })),
    addRefund: (key: string, wanted: Omit<LedgerRefund, 'id'>): LedgerRefund =>
      keyed(key, refunds, () => {
        if (wanted.amount > capturedBy(intent(wanted.paymentObjectId)) - refundedOf(wanted.paymentObjectId))
          throw new ProviderRefused('charge_already_refunded', 'More than is left')
        return { ...wanted, id: `re_${refunds.length + 1}` }
      }),
    /** Captured minus refunded, over all objects. */
    net: (): number => intents.reduce((sum, object) => sum + capturedBy(object) - refundedOf(object.id), 0),
  }
}
