import { afterAll, beforeAll, beforeEach } from 'vitest'
import { checkoutContract } from '#commands/testing/checkout-contract.ts'
import { createReadDatabase, type TestReadDatabase } from '#projections/testing/read-database.ts'
import type { Invoice } from './invoice.ts'
import { createPostgresInvoices } from './postgres-store.ts'
import { invoicesUnderTest } from './testing/under-test.ts'

let read: TestReadDatabase
beforeAll(async () => {
  read = await createReadDatabase()
})
afterAll(() => read.db.destroy())
beforeEach(async () => {
  await read.db.deleteFrom('invoice_refunds').execute()
  await read.db.deleteFrom('invoices').execute()
})

checkoutContract('invoice in Postgres', async (now) => {
  const store = createPostgresInvoices(read.db)
  const all = async (): Promise<readonly Invoice[]> => {
    const orders = await read.db.selectFrom('invoices').select('order_id').distinct().execute()
    return (await Promise.all(orders.map(({ order_id }) => store.ofOrder(order_id)))).flat()
  }
  return invoicesUnderTest({ store, all }, now)
})
