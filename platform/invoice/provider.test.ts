import { checkoutContract } from '#commands/testing/checkout-contract.ts'
import { createMemoryInvoices } from './memory-store.ts'
import { invoicesUnderTest } from './testing/under-test.ts'

checkoutContract('invoice', async (now) => {
  const { store, all } = createMemoryInvoices()
  return invoicesUnderTest({ store, all: async () => all() }, now)
})
