import type { Instant } from '#domain/values/instant.ts'
import {
  type IntentStatus,
  type IntentView,
  type OrderAttempt,
  type PaymentProvider,
  ProviderOutcomeUnknown,
  ProviderRefused,
  type RefundView,
} from '../payment-provider.ts'

// A payment provider with a ledger of its own, never kinder than Stripe: it forgets an idempotency key after a day, lists
// the newest first, declines and asks by the payment method, does what it was asked and loses the answer, and lets things
// happen that nobody here asked for.

type Intent = OrderAttempt & {
  readonly id: string
  readonly amount: number
  readonly createdAt: Instant
  readonly paymentMethod: string
  status: IntentStatus
}
type Refund = {
  readonly id: string
  readonly refundId: string
  readonly paymentObjectId: string
  readonly amount: number
  status: RefundView['status']
}

export type ProviderCall = Exclude<keyof PaymentProvider, 'name'>

/** `before`: not done, no answer. `after`: done, the answer is lost. `refuse`: no, for good. */
export type ProviderFault = 'before' | 'after' | 'refuse'

const keyMilliseconds = 86_400_000

const confirmed = (paymentMethod: string): IntentStatus => {
  switch (paymentMethod) {
    case 'pm_declined':
      return { type: 'declined', declineCode: 'insufficient_funds' }
    case 'pm_action':
      return { type: 'requires_action' }
    default:
      return { type: 'authorized', authorizedUntil: null }
  }
}

export const createFakePayments = (now: () => Instant) => {
  const intents: Intent[] = []
  const refunds: Refund[] = []
  const calls: ProviderCall[] = []
  const keys = new Map<string, { readonly id: string; readonly usedAt: Instant }>()
  const faults = new Map<ProviderCall, ProviderFault[]>()
  let isDown = false
  let refundStatus: RefundView['status'] = { type: 'refunded' }
  let captureStatus: IntentStatus | undefined

  const intentOf = (id: string): Intent => {
    const intent = intents.find((known) => known.id === id)
    if (intent === undefined) throw new ProviderRefused('resource_missing', `No such payment_intent: ${id}`)
    return intent
  }
  const viewOf = ({ id, amount, status }: Intent): IntentView => ({
    providerObjectId: id,
    amount,
    status,
    clientSecret: `${id}_secret`,
  })
  const refundViewOf = ({ id, amount, status }: Refund): RefundView => ({ providerObjectId: id, amount, status })
  const capturedBy = ({ status }: Intent): number => (status.type === 'captured' ? status.capturedAmount : 0)
  const refundedOf = (id: string): number =>
    refunds
      .filter(({ paymentObjectId, status }) => paymentObjectId === id && status.type !== 'failed')
      .reduce((sum, { amount }) => sum + amount, 0)

  /** Changes an intent where its status allows it; else the object tells what it is. */
  const change = (id: string, from: readonly IntentStatus['type'][], to: (intent: Intent) => IntentStatus) => {
    const intent = intentOf(id)
    if (from.includes(intent.status.type)) intent.status = to(intent)
    return viewOf(intent)
  }
  const keyed = <Made extends { readonly id: string }>(key: string, made: readonly Made[], make: () => Made): Made => {
    const known = keys.get(key)
    const isFresh = known !== undefined && now() - known.usedAt < keyMilliseconds
    const found = isFresh ? made.find(({ id }) => id === known.id) : undefined
    if (found !== undefined) return found
    const object = make()
    keys.set(key, { id: object.id, usedAt: now() })
    return object
  }
  const method =
    <Asked, Answer>(name: ProviderCall, run: (asked: Asked) => Answer) =>
    async (asked: Asked): Promise<Answer> => {
      calls.push(name)
      const fault = faults.get(name)?.shift()
      if (isDown || fault === 'before') throw new ProviderOutcomeUnknown(`${name}: no answer`)
      if (fault === 'refuse') throw new ProviderRefused('refused', `${name}: refused`)
      const answer = run(asked)
      if (fault === 'after') throw new ProviderOutcomeUnknown(`${name}: the answer is lost`)
      return answer
    }

  const provider: PaymentProvider = {
    name: 'stripe',
    createIntent: method('createIntent', ({ orderId, attempt, amount, paymentMethod }) => {
      const make = (): Intent => {
        const id = `pi_${intents.length + 1}`
        const intent = {
          id,
          orderId,
          attempt,
          amount,
          paymentMethod,
          createdAt: now(),
          status: { type: 'created' },
        } as const
        intents.unshift({ ...intent })
        return intents[0] ?? intent
      }
      return viewOf(keyed(`${orderId} ${attempt}`, intents, make))
    }),
    findIntent: method('findIntent', ({ orderId, attempt, since }) => {
      const found = intents.find(
        (intent) => intent.orderId === orderId && intent.attempt === attempt && intent.createdAt >= since,
      )
      return found && viewOf(found)
    }),
    readIntent: method('readIntent', (id) => viewOf(intentOf(id))),
    confirmIntent: method('confirmIntent', ({ providerObjectId }) =>
      change(providerObjectId, ['created'], ({ paymentMethod }) => confirmed(paymentMethod)),
    ),
    captureIntent: method('captureIntent', ({ providerObjectId, amount }) =>
      change(providerObjectId, ['authorized'], () => captureStatus ?? { type: 'captured', capturedAmount: amount }),
    ),
    voidIntent: method('voidIntent', ({ providerObjectId }) =>
      change(providerObjectId, ['created', 'requires_action', 'authorized', 'declined'], () => ({ type: 'voided' })),
    ),
    refund: method('refund', ({ refundId, paymentObjectId, failedObjectIds, amount }) => {
      const make = (): Refund => {
        if (amount > capturedBy(intentOf(paymentObjectId)) - refundedOf(paymentObjectId))
          throw new ProviderRefused('charge_already_refunded', 'More than is left')
        const refund = { id: `re_${refunds.length + 1}`, refundId, paymentObjectId, amount, status: refundStatus }
        refunds.unshift(refund)
        return refund
      }
      return refundViewOf(keyed(`${refundId} ${failedObjectIds.length + 1}`, refunds, make))
    }),
    findRefund: method('findRefund', ({ refundId, failedObjectIds }) => {
      const found = refunds.find((refund) => refund.refundId === refundId && !failedObjectIds.includes(refund.id))
      return found && refundViewOf(found)
    }),
  }

  return {
    provider,
    intents: intents as readonly Intent[],
    refunds: refunds as readonly Refund[],
    calls: calls as readonly ProviderCall[],
    /** The next calls of this name go wrong, one after the other. */
    fail: (name: ProviderCall, ...next: readonly ProviderFault[]): void => {
      faults.set(name, [...(faults.get(name) ?? []), ...next])
    },
    setDown: (down: boolean): void => {
      isDown = down
    },
    /** What becomes of refunds from now on. */
    refundAs: (status: RefundView['status']): void => {
      refundStatus = status
    },
    captureAs: (status: IntentStatus): void => {
      captureStatus = status
    },
    /** Something that nobody here asked for. */
    happen: (id: string, status: IntentStatus): void => {
      intentOf(id).status = status
    },
    settleRefund: (id: string, status: RefundView['status']): void => {
      for (const refund of refunds) if (refund.id === id) refund.status = status
    },
    /** Captured and not given back, over all objects. */
    net: (): number => intents.reduce((sum, intent) => sum + capturedBy(intent) - refundedOf(intent.id), 0),
    /** Objects that hold or took money. */
    charged: (): readonly Intent[] => intents.filter(({ status }) => ['authorized', 'captured'].includes(status.type)),
  }
}

export type FakePayments = ReturnType<typeof createFakePayments>
