import type { Charge } from '#platform/stripe/simulator-ledger.ts'
import { count, createFindings, type Outcome } from './finding.ts'
import { capturedOf, type OrderRecord, refundedOf } from './order-record.ts'

/** Both ways: what the provider took and gave back is in the log, and nothing else is. Orders in motion are left out. */
export const compareLedger = (
  charges: ReadonlyArray<Pick<Charge, 'paymentIntent' | 'captured' | 'refunded'>>,
  orders: Iterable<readonly [stream: string, order: OrderRecord]>,
  isInMotion: (order: OrderRecord) => boolean,
): Outcome => {
  const findings = createFindings()
  const taken = new Map<string, { captured: number; refunded: number }>()
  for (const { paymentIntent, captured, refunded } of charges) {
    const before = taken.get(paymentIntent) ?? { captured: 0, refunded: 0 }
    taken.set(paymentIntent, { captured: before.captured + captured, refunded: before.refunded + refunded })
  }
  let payments = 0
  for (const [stream, order] of orders)
    for (const [payment, { provider }] of order.payments) {
      if (provider === 'import') continue
      payments += 1
      const ledger = taken.get(payment) ?? { captured: 0, refunded: 0 }
      taken.delete(payment)
      const log = { captured: capturedOf(order, payment), refunded: refundedOf(order, payment) }
      if (isInMotion(order) || (log.captured === ledger.captured && log.refunded === ledger.refunded)) continue
      findings.add(
        `${stream}, ${payment}: the log has ${log.captured} captured and ${log.refunded} refunded, the provider ${ledger.captured} and ${ledger.refunded}`,
      )
    }
  for (const [payment, { captured }] of taken)
    if (captured > 0) findings.add(`${payment}: the provider captured ${captured}, the log knows nothing of it`)
  return {
    invariant: 'I2 the provider’s ledger says the same',
    checked: `${count(payments)} payments`,
    findings: findings.all(),
  }
}
