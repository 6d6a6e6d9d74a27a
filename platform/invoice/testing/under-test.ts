import { recordTransfer } from '#commands/record-transfer.ts'
import type { CheckoutProcess, ProviderUnderTest } from '#commands/testing/checkout-contract.ts'
import { origin } from '#commands/testing/memory-platform.ts'
import { total } from '#commands/testing/shop.ts'
import { orderStream } from '#domain/streams.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { Invoice } from '../invoice.ts'
import { createInvoiceProvider } from '../provider.ts'
import type { InvoiceStore } from '../store.ts'
import { createTransfers } from '../transfers.ts'

export const dueSeconds = 14 * 86_400

const statement = { reference: 'RF18 5390 0754 7034', date: '2027-01-20' }

/** Staff record what came in for an order. */
export const receive = (orderId: string, process: CheckoutProcess, { name = 'transfer', amount = total } = {}) =>
  recordTransfer({ orderId, refundId: null, amount, ...statement }, origin(name), process)

/** Staff record that they have transferred every refund of an order back. */
export const giveBackAll = async (orderId: string, process: CheckoutProcess): Promise<void> => {
  const { state } = await process.orders.read(orderStream(orderId))
  for (const { refundId, amount } of state.status === 'none' ? [] : state.refunds)
    await recordTransfer({ orderId, refundId, amount, ...statement }, origin(`back ${refundId}`), process)
}

export const invoicesUnderTest = (
  { store, all }: { readonly store: InvoiceStore; readonly all: () => Promise<readonly Invoice[]> },
  now: () => Instant,
): ProviderUnderTest => {
  const ports = { store, now, dueSeconds }
  const transfers = createTransfers(ports)
  return {
    provider: createInvoiceProvider(ports),
    transfers,
    arrive: async (orderId, _, process) => void (await receive(orderId, process)),
    giveBack: giveBackAll,
    ledger: async () => {
      const invoices = await all()
      const paid = invoices.filter(({ transfer }) => transfer !== null)
      const refunds = invoices.flatMap((invoice) => invoice.refunds).filter(({ transfer }) => transfer !== null)
      const sum = (objects: ReadonlyArray<{ readonly amount: number }>): number =>
        objects.reduce((total, { amount }) => total + amount, 0)
      return { objects: invoices.length, captured: sum(paid), refunded: sum(refunds) }
    },
  }
}
