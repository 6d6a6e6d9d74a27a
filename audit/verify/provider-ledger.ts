import { count, createFindings, type InvariantOutcome } from './finding.ts'
import { capturedOf, type OrderRecord, openRefundsOf, refundedOf } from './order-record.ts'

/** One entry of a provider's ledger; a payment may have several. */
type LedgerEntry = { readonly payment: string; readonly captured: number; readonly refunded: number }
export type Ledger = { readonly provider: string; readonly entries: readonly LedgerEntry[] }

/** Compares in both directions: the log and the ledger name the same captures and refunds. Orders in motion are left out. */
export const compareLedger = (
  ledger: Ledger,
  orders: Iterable<readonly [stream: string, order: OrderRecord]>,
  isInMotion: (order: OrderRecord) => boolean,
): InvariantOutcome => {
  const findings = createFindings()
  const taken = new Map<string, { captured: number; refunded: number }>()
  for (const { payment, captured, refunded } of ledger.entries) {
    const before = taken.get(payment) ?? { captured: 0, refunded: 0 }
    taken.set(payment, { captured: before.captured + captured, refunded: before.refunded + refunded })
  }
  let payments = 0
  for (const [stream, order] of orders)
    for (const [payment, { provider }] of order.payments) {
      if (provider !== ledger.provider) continue
      payments += 1
      const theirs = taken.get(payment) ?? { captured: 0, refunded: 0 }
      taken.delete(payment)
      const log = { captured: capturedOf(order, payment), refunded: refundedOf(order, payment) }
      // A provider counts a refund from its request on, even while the bank has not confirmed it.
      const unconfirmed = theirs.refunded - log.refunded
      const isSame = unconfirmed >= 0 && unconfirmed <= openRefundsOf(order, payment)
      if (isInMotion(order) || (log.captured === theirs.captured && isSame)) continue
      findings.add(
        `${stream}, ${payment}: the log has ${log.captured} captured and ${log.refunded} refunded, the provider ${theirs.captured} and ${theirs.refunded}`,
      )
    }
  for (const [payment, { captured }] of taken)
    if (captured > 0) findings.add(`${payment}: the provider captured ${captured}, the log knows nothing of it`)
  return {
    invariant: `I2 the ledger of the provider ${ledger.provider} says the same`,
    checked: `${count(payments)} payments`,
    findings: findings.all(),
  }
}
