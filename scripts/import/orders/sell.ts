// One invoice becomes one order: each line held, committed and shipped in one append to its stock, then the order placed,
// paid, confirmed, shipped and settled in one append to its own stream. Both carry the invoice's date as `occurredAt`.
import { placementOf } from '#commands/placement.ts'
import type { CommandContext } from '#commands/stream-writer/types.ts'
import type { OrderLine } from '#domain/order/events.ts'
import { orderStream, stockStream } from '#domain/streams.ts'
import { derivedId, orderIdOf } from '#domain/values/ids.ts'
import { actor, type ImportTarget } from '../target.ts'
import { paymentOf, reservationOf } from './ids.ts'
import type { Invoice, InvoiceLine } from './invoice.ts'
import { type EarlierHolds, holdNameOf } from './stock-plan.ts'

/** Shipped in the append that makes it, a hold never comes to expire; an import that broke off has so long to go on. */
const holdSeconds = 365 * 86_400

/** Where the events stand in the order's stream: they are appended together, from revision 0. */
const revisions = { paymentAuthorized: 2, orderShipped: 6 }

export type SaleTerms = {
  readonly mapping: string
  readonly currency: string
  readonly earlier: EarlierHolds
}

export type Sold = {
  readonly lines: readonly OrderLine[]
  /** Lines that were short. */
  readonly dropped: readonly InvoiceLine[]
}

type Sale = {
  readonly reservationId: string
  readonly orderId: string
  readonly context: CommandContext
}

const saleOf = (mapping: string, { invoice, at }: Invoice): Sale => {
  const reservationId = reservationOf(mapping, invoice)
  const orderId = orderIdOf(reservationId)
  const context = { correlationId: orderId, causationId: reservationId, actor, occurredAt: at }
  return { reservationId, orderId, context }
}

/** The expiry of the line's hold, which is the fence in the order's line; undefined where the stock is short. */
const shipLine = async (
  world: ImportTarget,
  line: InvoiceLine,
  sale: Sale,
  earlier: EarlierHolds,
): Promise<number | undefined> => {
  const { reservationId, orderId, context } = sale
  const before = earlier.get(holdNameOf(reservationId, line.line))
  if (before !== undefined) return before
  const { quantity } = line
  const commandId = (step: string): string => derivedId(step, reservationId, line.line)
  const hold = { reservationId, line: line.line }
  const { results } = await world.stock.submit(
    stockStream(line.sku, world.location),
    [
      {
        type: 'ReserveStock',
        commandId: commandId('reserve'),
        ...hold,
        quantity,
        ttlSeconds: holdSeconds,
        final: true,
      },
      {
        type: 'CommitHold',
        commandId: commandId('commit'),
        ...hold,
        quantity,
        // It was made by the command before it, on the same draft: there is no other that it could be.
        firstExpiresAt: null,
        cause: { orderId, revision: revisions.paymentAuthorized },
      },
      {
        type: 'ShipStock',
        commandId: commandId('ship'),
        ...hold,
        shippedTotal: quantity,
        cause: { orderId, revision: revisions.orderShipped },
      },
    ],
    context,
    { atomic: true },
  )
  const [first] = results
  if (first?.outcome === 'accepted' && first.answer.kind === 'held') return first.answer.firstExpiresAt
  if (first?.outcome === 'refused' && first.refusal.code === 'out_of_stock') return undefined
  const why = first?.outcome === 'refused' ? first.refusal.code : 'no hold'
  throw new Error(`the stock of ${line.sku} refused a line of order ${orderId}: ${why}`)
}

/** What is known of a past customer: an email address. The rest of the person was never in the file. */
const personOf = (email: string) => ({
  email,
  name: null,
  address: { name: '', line1: '', line2: null, city: '', postalCode: '' },
})

const placeOrder = async (
  world: ImportTarget,
  invoice: Invoice,
  lines: readonly OrderLine[],
  sale: Sale,
  { mapping, currency }: SaleTerms,
): Promise<void> => {
  const { reservationId, orderId, context } = sale
  const { country } = invoice
  const reservation = { reservationId, currency, lines }
  const request = { reservation, person: personOf(invoice.email), country, confirm: 'automatic' } as const
  const placement = await placementOf(request, world.vault)
  const commandId = (step: string): string => derivedId(step, orderId)
  const { results } = await world.orders.submit(
    orderStream(orderId),
    [
      { type: 'PlaceOrder', commandId: commandId('place'), ...placement },
      {
        type: 'ImportPaid',
        commandId: commandId('pay'),
        paymentMethod: 'import',
        providerObjectId: paymentOf(mapping, invoice.invoice),
      },
      { type: 'ShipOrder', commandId: commandId('ship'), lines: null, carrier: null, trackingNumber: null },
      { type: 'SettleStock', commandId: commandId('settle'), revision: revisions.orderShipped },
    ],
    context,
    { atomic: true, presumeNew: true },
  )
  const [first] = results
  if (first?.outcome === 'refused') throw new Error(`order ${orderId} was refused: ${first.refusal.code}`)
}

/** Sells the lines of an invoice that the stock has; without any of them there is no order. */
export const sellInvoice = async (world: ImportTarget, invoice: Invoice, terms: SaleTerms): Promise<Sold> => {
  const sale = saleOf(terms.mapping, invoice)
  const shipped = await Promise.all(invoice.lines.map((line) => shipLine(world, line, sale, terms.earlier)))
  const dropped: InvoiceLine[] = []
  const lines = invoice.lines.flatMap((line, index): readonly OrderLine[] => {
    const expiresAt = shipped[index]
    if (expiresAt === undefined) {
      dropped.push(line)
      return []
    }
    const { sku, quantity, unitPrice } = line
    return [{ line: line.line, sku, quantity, location: world.location, unitPrice, priceRevision: null, expiresAt }]
  })
  if (lines.length > 0) await placeOrder(world, invoice, lines, sale, terms)
  return { lines, dropped }
}
