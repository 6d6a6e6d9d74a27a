import { assert, unreachable } from '../assert.ts'
import { currentAttempt } from '../order/attempts.ts'
import { isAbout, isUnconfirmed, laterOf, type MovedLine, type Order, type Unsettled } from '../order/state.ts'
import type { Effect, HoldMove, HoldRef } from './effects.ts'
import { owned } from './ownership.ts'

const holdsOf = (order: Order): readonly HoldRef[] =>
  order.lines.map(({ line, sku, location, quantity, expiresAt }) => ({ line, sku, location, quantity, expiresAt }))

const moves = (order: Order, moved: readonly MovedLine[]): readonly HoldMove[] => {
  const holds = new Map(holdsOf(order).map((hold) => [hold.line, hold]))
  return moved.map(({ line, quantity, total }) => {
    const hold = holds.get(line)
    assert(hold !== undefined, `Line ${line} was moved but is not in the order`)
    return { ...hold, quantity, total }
  })
}

/** Due once the payment is authorized and a manual order is confirmed, or at once if the money is captured already. */
const commitStock = (order: Order): readonly Effect[] => {
  const current = currentAttempt(order)
  if (!isUnconfirmed(order) || order.stock.type !== 'held' || current === undefined) return []
  const { confirmationRequested, confirm } = order
  const isPaid = current.phase === 'captured'
  const isAuthorized = current.phase === 'authorized'
  const isDue = isPaid || (isAuthorized && (confirm === 'automatic' || confirmationRequested !== null))
  if (!isDue) return []
  const cause = confirmationRequested === null ? current.since : laterOf(current.since, confirmationRequested)
  return [{ type: 'commitStock', lines: holdsOf(order), ...owned(order, cause) }]
}

const settling = (order: Order, item: Unsettled): Effect => {
  const { revision } = item.since
  const common = owned(order, item.since)
  switch (item.kind) {
    case 'close':
      return { type: 'settleStock', kind: 'close', revision, lines: holdsOf(order), ...common }
    case 'extend':
      return { type: 'extendForAuthorization', revision, until: item.until, lines: holdsOf(order), ...common }
    case 'ship':
      return { type: 'settleStock', kind: 'ship', revision, lines: moves(order, item.lines), ...common }
    case 'return': {
      const lines = moves(order, item.lines)
      return { type: 'settleStock', kind: 'return', revision, restock: item.restock, lines, ...common }
    }
    default:
      return unreachable(item)
  }
}

/** Staff dealt with it by hand: what failed before that is not tried again. */
const isClosed = (order: Order, { since }: Unsettled): boolean =>
  order.attention.some(
    (item) =>
      item.reason === 'stock_settlement_failed' &&
      item.state === 'closed' &&
      isAbout(item, { subject: String(since.revision) }) &&
      since.revision < item.since.revision,
  )

/**
 * The commit if it is due, else the stock effects of the oldest order event that is not settled. One at a time, because a
 * return can only follow its shipment. A commit makes an extension moot.
 */
export const stockEffects = (order: Order): readonly Effect[] => {
  const commit = commitStock(order)
  if (commit.length > 0) return commit
  const oldest = order.unsettled.find((item) => !isClosed(order, item))
  return oldest === undefined ? [] : [settling(order, oldest)]
}
