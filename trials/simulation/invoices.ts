import { ProviderOutcomeUnknown } from '#commands/payment-provider.ts'
import type { Invoice } from '#platform/invoice/invoice.ts'
import type { InvoiceStore } from '#platform/invoice/store.ts'
import type { Faults } from './faults.ts'
import type { Host } from './host.ts'
import { journey } from './log-client.ts'
import type { Intent, Refund } from './provider.ts'
import type { Random } from './random.ts'

// One process's way to the table of invoices. The provider above it is the real one.

const callMilliseconds = 8_000

export type InvoiceClientOptions = {
  readonly server: InvoiceStore
  readonly host: Host
  readonly random: Random
  readonly faults: () => Faults
}

export const createInvoiceClient = ({ server, host, random, faults }: InvoiceClientOptions): InvoiceStore => {
  const ask = async <Answer>(label: string, serve: () => Promise<Answer>): Promise<Answer> => {
    const { storeFails, commitUnheard } = faults()
    return host.call(`invoices ${label}`, serve, {
      ...journey(random, faults()),
      lost: random.chance(storeFails),
      unheard: random.chance(commitUnheard),
      silentAfter: random.between(10, callMilliseconds),
      failure: () => new ProviderOutcomeUnknown('simulated: the invoices did not answer'),
    })
  }
  return {
    insert: (invoice) => ask(`insert ${invoice.id}`, () => server.insert(invoice)),
    read: (id) => ask(`read ${id}`, () => server.read(id)),
    ofRefund: (id) => ask(`of refund ${id}`, () => server.ofRefund(id)),
    ofOrder: (orderId) => ask(`of order ${orderId}`, () => server.ofOrder(orderId)),
    change: (id, change) => ask(`change ${id}`, () => server.change(id, change)),
    unreported: (limit) => ask('unreported', () => server.unreported(limit)),
  }
}

const statusOf = ({ transfer, isVoid, payBy }: Invoice): Intent['status'] => {
  if (transfer !== null) return 'captured'
  if (isVoid) return 'voided'
  return payBy === null ? 'created' : 'authorized'
}

type Books = { readonly intents: ReadonlyMap<string, Intent>; readonly refunds: readonly Refund[] }

/** The books of all providers as one, for the oracle. */
export const allBooks = (cards: Books, invoices: readonly Invoice[]): Books => ({
  intents: new Map([
    ...cards.intents,
    ...invoices.map((invoice): [string, Intent] => {
      const { id, orderId, attempt, amount } = invoice
      return [id, { id, orderId, attempt, amount, method: 'invoice', status: statusOf(invoice) }]
    }),
  ]),
  refunds: [
    ...cards.refunds,
    ...invoices.flatMap(({ id: intentId, orderId, refunds }) =>
      refunds.map(({ id, refundId, amount, transfer }): Refund => {
        return { id, refundId, orderId, intentId, amount, status: transfer === null ? 'by_hand' : 'refunded' }
      }),
    ),
  ],
})
