import type { IntentStatus, OrderCommand } from '../order/commands.ts'
import { id, manualConfirmSeconds } from './order-fixtures.ts'
import type { Random } from './random.ts'

// A payment provider with its own ledger and the faults of a real one: it forgets idempotency keys, declines, asks for the
// shopper, loses authorizations, fails refunds after making them, and sends its notices late, twice and in any order.

export type FakeIntent = {
  readonly id: string
  readonly attempt: number
  readonly amount: number
  status: IntentStatus['type'] | 'unconfirmed'
}
type FakeRefund = {
  readonly id: string
  readonly refundId: string
  readonly intentId: string
  readonly amount: number
  failed: boolean
}

export const fakeProvider = (random: Random) => {
  const intents: FakeIntent[] = []
  const refunds: FakeRefund[] = []
  const notices: OrderCommand[] = []
  let isHealed = false

  const fact = (intent: FakeIntent, status: IntentStatus): OrderCommand => ({
    type: 'RecordIntentStatus',
    commandId: id(`fact ${intent.id} ${status.type}`),
    attempt: intent.attempt,
    provider: 'acme',
    providerObjectId: intent.id,
    amount: intent.amount,
    status,
    manualConfirmSeconds,
  })
  const statusOf = (status: Exclude<FakeIntent['status'], 'unconfirmed'>): IntentStatus => {
    if (status === 'authorized') return { type: status, authorizedUntil: null }
    if (status === 'declined') return { type: status, declineCode: 'generic_decline' }
    if (status === 'capture_failed') return { type: status, reason: 'expired' }
    return { type: status }
  }
  const read = (intent: FakeIntent): OrderCommand =>
    fact(intent, intent.status === 'unconfirmed' ? { type: 'created' } : statusOf(intent.status))
  const become = (intent: FakeIntent, status: Exclude<FakeIntent['status'], 'unconfirmed'>): OrderCommand => {
    intent.status = status
    notices.push(read(intent))
    return read(intent)
  }
  const find = (objectId: string): FakeIntent => {
    const intent = intents.find((known) => known.id === objectId)
    if (intent === undefined) throw new Error(`No such intent: ${objectId}`)
    return intent
  }
  const refundFact = (refund: FakeRefund): OrderCommand => {
    const { refundId, intentId: paymentObjectId, id: providerObjectId, amount, failed } = refund
    const common = { refundId, provider: 'acme', paymentObjectId, providerObjectId, amount } as const
    const commandId = id(`${refund.id} ${failed}`)
    return failed
      ? { type: 'RecordRefundFailed', commandId, reason: 'bank', ...common }
      : { type: 'RecordRefunded', commandId, ...common }
  }
  const netOf = (intent: FakeIntent): number =>
    (intent.status === 'captured' ? intent.amount : 0) -
    refunds
      .filter((refund) => refund.intentId === intent.id && !refund.failed)
      .reduce((sum, { amount }) => sum + amount, 0)

  /** Sometimes forgets the idempotency key; a caller that looks first finds the object anyway. */
  const create = (attempt: number, amount: number, readFirst: boolean): OrderCommand => {
    const forgets = !isHealed && !readFirst && random.chance(0.2)
    const known = intents.find((intent) => intent.attempt === attempt)
    if (known !== undefined && !forgets) return read(known)
    const intent: FakeIntent = { id: `pi_${intents.length}`, attempt, amount, status: 'unconfirmed' }
    intents.push(intent)
    return read(intent)
  }
  const confirm = (objectId: string): OrderCommand => {
    const intent = find(objectId)
    if (intent.status !== 'unconfirmed') return read(intent)
    return become(
      intent,
      random.pick(['authorized', 'authorized', 'declined', 'requires_action'] as const) ?? 'declined',
    )
  }
  const capture = (objectId: string): OrderCommand => {
    const intent = find(objectId)
    if (intent.status !== 'authorized') return read(intent)
    return become(intent, !isHealed && random.chance(0.1) ? 'capture_failed' : 'captured')
  }
  const cancel = (objectId: string): OrderCommand => {
    const intent = find(objectId)
    return ['captured', 'voided'].includes(intent.status) ? read(intent) : become(intent, 'voided')
  }
  /** Refuses to refund more than is left of the payment: then there is no object and no fact. */
  const refund = (refundId: string, intentId: string, amount: number): OrderCommand | undefined => {
    const known = refunds.find((made) => made.refundId === refundId && !made.failed)
    if (known !== undefined) return refundFact(known)
    if (netOf(find(intentId)) < amount) return undefined
    const made: FakeRefund = {
      id: `re_${refunds.length}`,
      refundId,
      intentId,
      amount,
      failed: !isHealed && random.chance(0.2),
    }
    refunds.push(made)
    notices.push(refundFact(made))
    return refundFact(made)
  }
  /** Something happens at the provider: the shopper authenticates, an authorization lapses, a refund fails. */
  const somethingHappens = (): void => {
    const intent = random.pick(intents)
    if (intent?.status === 'requires_action') become(intent, random.chance(0.7) ? 'authorized' : 'declined')
    else if (intent?.status === 'declined' && random.chance(0.3)) become(intent, 'authorized')
    else if (intent?.status === 'authorized' && random.chance(0.1))
      become(intent, random.chance(0.5) ? 'voided' : 'captured')
    const made = random.pick(refunds)
    if (made !== undefined && !made.failed && random.chance(0.1)) {
      made.failed = true
      notices.push(refundFact(made))
    }
  }
  const heal = (): void => {
    isHealed = true
  }
  return {
    intents,
    notices,
    read: (objectId: string) => read(find(objectId)),
    netOf,
    create,
    confirm,
    capture,
    cancel,
    refund,
    somethingHappens,
    heal,
  }
}
