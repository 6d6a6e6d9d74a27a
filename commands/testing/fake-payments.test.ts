import { recordPaymentNotice } from '../record-payment-notice.ts'
import { checkoutContract } from './checkout-contract.ts'
import { createFakePayments } from './fake-payments.ts'
import { origin } from './memory-platform.ts'
import { total } from './shop.ts'

checkoutContract('cards', async (now) => {
  const payments = createFakePayments(now)
  const captured = () =>
    payments.intents.filter(({ status }) => status.type === 'captured').reduce((sum, { amount }) => sum + amount, 0)
  return {
    provider: payments.provider,
    transfers: undefined,
    arrive: async (_, providerObjectId, process) => {
      payments.changeOutside(providerObjectId, { type: 'captured', capturedAmount: total })
      const notice = { eventId: 'evt_1', provider: 'acme', type: 'captured', kind: 'intent', providerObjectId } as const
      const { followUp } = await recordPaymentNotice(notice, origin('evt_1'), process)
      await followUp()
    },
    giveBack: async () => undefined,
    ledger: async () => ({
      objects: payments.intents.length,
      captured: captured(),
      refunded: captured() - payments.net(),
    }),
  }
})
