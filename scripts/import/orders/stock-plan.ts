// Finds out, before anything is sold, which invoices have their order already, how many units the others need, and what
// an earlier run that broke off has written to the stock of these skus: a stock stream itself remembers for an hour only.
import { orderStream, stockStream } from '#domain/streams.ts'
import { derivedId, orderIdOf } from '#domain/values/ids.ts'
import { createInFlight } from '../in-flight.ts'
import { actor, type ImportTarget } from '../target.ts'
import { type ReadGroups, readGroups } from './groups.ts'
import { reservationOf } from './ids.ts'
import type { Invoice } from './invoice.ts'

const readsInFlightMax = 64

/** `ample`: all that the invoices need. `tight`: this share of it, so that some of them sell out. */
export type StockPolicy = { readonly type: 'ample' } | { readonly type: 'tight'; readonly share: number }

export type StockPlan = {
  readonly records: number
  /** Invoices with an order. */
  readonly existing: ReadonlySet<string>
  /** Units needed of each sku by the invoices without one. */
  readonly needed: ReadonlyMap<string, number>
  /** The reservations of those invoices. */
  readonly reservations: ReadonlySet<string>
}

const exists = async ({ log }: ImportTarget, orderId: string): Promise<boolean> => {
  for await (const page of log.read(orderStream(orderId), 0)) return page.length > 0
  return false
}

/** `done` records at the beginning were imported by an earlier run. */
export const planStock = async (
  world: ImportTarget,
  source: ReadGroups,
  { mapping, done }: { readonly mapping: string; readonly done: number },
): Promise<StockPlan> => {
  const existing = new Set<string>()
  const needed = new Map<string, number>()
  const reservations = new Set<string>()
  const reads = createInFlight(readsInFlightMax)
  let records = 0
  const look = async (invoice: Invoice): Promise<void> => {
    const reservationId = reservationOf(mapping, invoice.invoice)
    if (await exists(world, orderIdOf(reservationId))) {
      existing.add(invoice.invoice)
      return
    }
    reservations.add(reservationId)
    for (const { sku, quantity } of invoice.lines) needed.set(sku, (needed.get(sku) ?? 0) + quantity)
  }
  for await (const { invoice, counts } of readGroups(source)) {
    records += counts.records
    if (invoice !== undefined && records > done) await reads.start(1, () => look(invoice))
  }
  await reads.finished()
  return { records, existing, needed, reservations }
}

/** The hold that an earlier run made and shipped, by reservation and line: its first expiry. */
export type EarlierHolds = ReadonlyMap<string, number>
export const holdNameOf = (reservationId: string, line: number): string => `${reservationId}/${line}`

const receiptOf = (hash: string, sku: string): string => derivedId('import-receipt', hash, sku)

const unitsOf = (needed: number, policy: StockPolicy): number =>
  policy.type === 'ample' ? needed : Math.floor(needed * policy.share)

/**
 * Receives what the policy says, once for each sku however often the import is taken up, and answers the holds that an
 * earlier run left without an order.
 */
export const receiveStock = async (
  world: ImportTarget,
  { needed, reservations }: StockPlan,
  { hash, policy }: { readonly hash: string; readonly policy: StockPolicy },
): Promise<EarlierHolds> => {
  const holds = new Map<string, number>()
  const inFlight = createInFlight(readsInFlightMax)
  const meter = world.meter('Stock', 'skus', needed.size)
  let done = 0
  const receive = async (sku: string, units: number): Promise<void> => {
    const stream = stockStream(sku, world.location)
    const commandId = receiptOf(hash, sku)
    let received = false
    let presumeNew = true
    for await (const page of world.log.read(stream, 0))
      for (const event of page) {
        presumeNew = false
        if (event.type === 'StockReceived' && event.data.commandId === commandId) received = true
        // Held, committed and shipped in one append: a hold that was made is shipped.
        if (event.type === 'StockReserved' && reservations.has(event.data.reservationId))
          holds.set(holdNameOf(event.data.reservationId, event.data.line), event.data.expiresAt)
      }
    if (!received && units > 0) {
      const context = { correlationId: commandId, causationId: commandId, actor }
      await world.stock.submit(stream, [{ type: 'ReceiveStock', commandId, quantity: units }], context, { presumeNew })
    }
    done += 1
    meter.update(done)
  }
  for (const [sku, quantity] of needed) await inFlight.start(1, () => receive(sku, unitsOf(quantity, policy)))
  await inFlight.finished()
  meter.end(done)
  return holds
}
