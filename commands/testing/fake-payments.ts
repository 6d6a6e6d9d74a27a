import type { Instant } from '#domain/values/instant.ts'
import {
  type IntentViewStatus,
  type PaymentProvider,
  ProviderOutcomeUnknown,
  ProviderRefused,
  type RefundView,
} from '../payment-provider.ts'
import {
  createPaymentLedger,
  intentViewOf,
  type LedgerIntent,
  type LedgerRefund,
  refundViewOf,
} from './payment-ledger.ts'

// A payment provider as strict as a real one. It declines or asks for the shopper depending on the payment method, can lose
// calls or answers, and changes its objects on its own.

export type ProviderCall = Exclude<keyof PaymentProvider, 'name' | 'kindOfNotice'>

/**
 * `before`: the call is not done and has no answer. `after`: it is done, but the answer is lost. `refuse`: it is refused
 * for good.
 */
type ProviderFault = 'before' | 'after' | 'refuse'

/** The calls that were made, and faults for the next calls. */
const createLine = () => {
  const calls: ProviderCall[] = []
  const faults = new Map<ProviderCall, ProviderFault[]>()
  let isDown = false
  return {
    calls,
    /** Faults for the next calls of this name, one after the other. */
    fail: (name: ProviderCall, ...next: readonly ProviderFault[]): void => {
      faults.set(name, [...(faults.get(name) ?? []), ...next])
    },
    setDown: (down: boolean): void => {
      isDown = down
    },
    method:
      <Asked, Answer>(name: ProviderCall, run: (asked: Asked) => Answer) =>
      async (asked: Asked): Promise<Answer> => {
        calls.push(name)
        const fault = faults.get(name)?.shift()
        if (isDown || fault === 'before') throw new ProviderOutcomeUnknown(`${name}: no answer`)
        if (fault === 'refuse') throw new ProviderRefused('refused', `${name}: refused`)
        const answer = run(asked)
        if (fault === 'after') throw new ProviderOutcomeUnknown(`${name}: the answer is lost`)
        return answer
      },
  }
}

const confirmed = ({ paymentMethod }: LedgerIntent): IntentViewStatus => {
  switch (paymentMethod) {
    case 'pm_declined':
      return { type: 'declined', declineCode: 'insufficient_funds' }
    case 'pm_action':
      return { type: 'requires_action' }
    default:
      return { type: 'authorized', authorizedUntil: null }
  }
}

export const createFakePayments = (now: () => Instant, name = 'acme') => {
  const ledger = createPaymentLedger(now)
  const { calls, fail, setDown, method } = createLine()
  const { intents, refunds, intent, change } = ledger
  let refundStatus: RefundView['status'] = { type: 'refunded' }
  let captureStatus: IntentViewStatus | undefined

  const provider: PaymentProvider = {
    name,
    createIntent: method('createIntent', ({ orderId, attempt, amount, paymentMethod }) =>
      intentViewOf(ledger.addIntent({ orderId, attempt, amount, paymentMethod })),
    ),
    findIntent: method('findIntent', ({ orderId, attempt, since }) => {
      const found = intents.find(
        (made) => made.orderId === orderId && made.attempt === attempt && made.createdAt >= since,
      )
      return found && intentViewOf(found)
    }),
    readIntent: method('readIntent', (id) => intentViewOf(intent(id))),
    confirmIntent: method('confirmIntent', ({ providerObjectId }) =>
      intentViewOf(change(providerObjectId, ['created'], confirmed)),
    ),
    captureIntent: method('captureIntent', ({ providerObjectId, amount: capturedAmount }) =>
      intentViewOf(
        change(providerObjectId, ['authorized'], () => captureStatus ?? { type: 'captured', capturedAmount }),
      ),
    ),
    voidIntent: method('voidIntent', ({ providerObjectId }) => {
      const voidable = ['created', 'requires_action', 'authorized', 'declined'] as const
      return intentViewOf(change(providerObjectId, voidable, () => ({ type: 'voided' })))
    }),
    refund: method('refund', ({ refundId, paymentObjectId, failedObjectIds, amount }) => {
      const wanted = { refundId, paymentObjectId, amount, status: refundStatus }
      return refundViewOf(ledger.addRefund(`${refundId} ${failedObjectIds.length + 1}`, wanted))
    }),
    findRefund: method('findRefund', ({ refundId, failedObjectIds }) => {
      const found = refunds.find((refund) => refund.refundId === refundId && !failedObjectIds.includes(refund.id))
      return found && refundViewOf(found)
    }),
    readRefund: method('readRefund', (id) => refundViewOf(ledger.refund(id))),
    readDispute: method('readDispute', (id) => ledger.dispute(id)),
    kindOfNotice: (eventType) => (eventType.startsWith('refund.') ? 'refund' : 'intent'),
  }

  return {
    provider,
    intents: intents as readonly LedgerIntent[],
    refunds: refunds as readonly LedgerRefund[],
    calls: calls as readonly ProviderCall[],
    fail,
    setDown,
    /** The outcome of refunds from now on. */
    refundAs: (status: RefundView['status']): void => {
      refundStatus = status
    },
    /** The outcome of captures from now on. */
    captureAs: (status: IntentViewStatus): void => {
      captureStatus = status
    },
    /** A change that no call asked for. */
    changeOutside: (id: string, status: IntentViewStatus): void => {
      intent(id).status = status
    },
    settleRefund: (id: string, status: RefundView['status']): void => {
      for (const refund of refunds) if (refund.id === id) refund.status = status
    },
    /** A refund made on the provider's own pages. */
    refundByHand: (paymentObjectId: string, amount: number): string =>
      ledger.addRefund(`by hand ${refunds.length}`, {
        refundId: null,
        paymentObjectId,
        amount,
        status: { type: 'refunded' },
      }).id,
    /** A dispute by the shopper's bank. */
    dispute: (paymentObjectId: string, amount: number): string => {
      const providerObjectId = `dp_${ledger.disputes.length + 1}`
      ledger.disputes.push({ providerObjectId, paymentObjectId, amount, reason: 'fraudulent' })
      return providerObjectId
    },
    net: ledger.net,
    /** Objects that have authorized or captured money. */
    charged: (): readonly LedgerIntent[] =>
      intents.filter(({ status }) => status.type === 'authorized' || status.type === 'captured'),
  }
}
