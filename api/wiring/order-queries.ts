import type { Person, PersonVault } from '#commands/person-vault.ts'
import { paymentSummary } from '#domain/order/answers.ts'
import { payByOf } from '#domain/order/attempts.ts'
import { isUnconfirmed } from '#domain/order/state.ts'
import { placedOrders, trackedOrder, trackedOrdersByNumber } from '#projections/orders/queries.ts'
import type { OrderRow } from '#projections/orders/table.ts'
import type { ReadDatabase } from '#projections/tables.ts'
import { timelineSoFar } from '#projections/timeline/queries.ts'
import type { OrderView } from '../contract/order.ts'
import { unknownCursor } from '../contract/page.ts'
import { refuse } from '../problems.ts'
import type { ListOrdersDependencies } from '../routes/orders/list-orders.ts'
import type { ReadOrderDependencies } from '../routes/orders/read-order.ts'
import type { ReadTimelineDependencies } from '../routes/orders/read-timeline.ts'
import type { TrackOrderDependencies } from '../routes/orders/track-order.ts'

type OrderQueries = ReadOrderDependencies & TrackOrderDependencies & ListOrdersDependencies & ReadTimelineDependencies

const personFields = (customerId: string, country: string, person: Person | undefined) => {
  if (person === undefined) return { customer: { customerId }, shippingAddress: { country } }
  const { email, name, address } = person
  const { line2, ...lines } = address
  return {
    customer: { customerId, email, ...(name === null ? {} : { name }) },
    shippingAddress: { ...lines, ...(line2 === null ? {} : { line2 }), country },
  }
}

const paymentFields = (row: OrderRow): OrderView['payment'] => {
  const { status, declineCode, amountCaptured, amountRefunded } = paymentSummary(row.state)
  const payBy = payByOf(row.state)
  const due = payBy === null ? {} : { payBy }
  const payment = { status, captured: amountCaptured, refunded: amountRefunded, ...due }
  return declineCode === null ? payment : { ...payment, declineCode }
}

/** The order of a row. The personal data are decrypted here and never stored in plain text. */
const viewOf = async (row: OrderRow, vault: PersonVault): Promise<OrderView> => {
  const { order_id: orderId, customer_id: customerId, country, state } = row
  const { status, confirm, lines, shipments, returns, expiresAt } = state
  return {
    orderId,
    status,
    needsAttention: row.needs_attention,
    ...(state.status === 'cancelled' ? { cancelReason: state.reason } : {}),
    currency: row.currency,
    confirm,
    ...personFields(customerId, country, await vault.open(customerId, state.person)),
    payment: paymentFields(row),
    lines: lines.map(({ line, sku, quantity, location, unitPrice }) => ({ line, sku, quantity, location, unitPrice })),
    placedAt: row.placed_at,
    expiresAt: isUnconfirmed(state) ? expiresAt : undefined,
    shipments,
    returns,
  }
}

const timelineCursor = /^\d{1,16}$/

export const wireOrderQueries = (db: ReadDatabase, vault: PersonVault): OrderQueries => ({
  orderById: async (orderId) => {
    const row = await trackedOrder(db, orderId)
    return row && viewOf(row, vault)
  },
  orderByNumber: async ({ orderNumber, email }) => {
    const [rows, customerId] = await Promise.all([trackedOrdersByNumber(db, orderNumber), vault.customerIdOf(email)])
    const row = rows.find(({ customer_id }) => customer_id === customerId)
    return row && viewOf(row, vault)
  },
  ordersWhere: async ({ email, ...filter }) => {
    const customerId = email === undefined ? undefined : await vault.customerIdOf(email)
    if (email !== undefined && customerId === undefined) return { items: [] }
    const page = await placedOrders(db, customerId === undefined ? filter : { ...filter, customerId })
    if ('code' in page) return unknownCursor
    return { ...page, items: await Promise.all(page.items.map((row) => viewOf(row, vault))) }
  },
  timelineOfOrder: async ({ orderId, limit, cursor }) => {
    if (cursor !== undefined && !timelineCursor.test(cursor)) return unknownCursor
    const after = cursor === undefined ? {} : { after: Number(cursor) }
    const rows = await timelineSoFar(db, { orderId, limit: limit + 1, ...after })
    if (rows.length === 0 && (await trackedOrder(db, orderId)) === undefined)
      return refuse('order_not_found', 'There is no such order.')
    const shown = rows.slice(0, limit)
    const items = shown.map(({ at, type, actor, cause, text, data }) => ({ at, type, actor, cause, text, data }))
    const last = shown.at(-1)
    return rows.length > limit && last !== undefined ? { items, nextCursor: String(last.log_position) } : { items }
  },
})
