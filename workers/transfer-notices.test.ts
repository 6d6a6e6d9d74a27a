import { expect, test } from 'vitest'
import { openShop, pay, placed } from '#commands/testing/shop.ts'
import { createMemoryInvoices } from '#platform/invoice/memory-store.ts'
import { invoicesUnderTest, receive } from '#platform/invoice/testing/under-test.ts'
import { neverStopping } from './testing/platform.ts'
import { createTransferNotices } from './transfer-notices.ts'

/** An order whose transfer was recorded by a process that died before it reported it. */
const givenUnreported = async () => {
  const shop = await openShop()
  const { store, all } = createMemoryInvoices()
  const { provider, transfers } = invoicesUnderTest({ store, all: async () => all() }, shop.now)
  if (transfers === undefined) throw new Error('no transfers')
  const ports = { ...shop.boot({ provider }), transfers }
  const orderId = await placed(ports)
  await pay(orderId, ports)
  const failing = { ...provider, readIntent: () => Promise.reject(new Error('it died')) }
  await expect(receive(orderId, { ...shop.boot({ provider: failing }), transfers })).rejects.toThrow('it died')
  let now = 0
  const workerOn = (process: typeof ports) =>
    createTransferNotices({
      lease: {
        hold: async () => ({ token: 1, position: undefined }),
        advance: async () => true,
        release: async () => undefined,
      },
      transfers,
      ports: process,
      monotonic: () => now,
      signal: neverStopping,
    })
  const pass = (milliseconds: number): void => {
    now += milliseconds
  }
  const status = async () => (await shop.order(orderId)).status
  return { shop, provider, transfers, ports, failing, workerOn, pass, status }
}

test('a transfer that its API did not report is reported after a wait', async () => {
  const { transfers, ports, workerOn, status } = await givenUnreported()
  const worker = workerOn(ports)
  await worker.step()
  expect(await status()).toBe('authorized')
  await worker.step()
  expect(await status()).toBe('confirmed')
  expect(await transfers.unreported(10)).toEqual([])
})

test('a transfer that cannot be reported is retried after a wait', async () => {
  const { shop, provider, ports, failing, workerOn, pass, status } = await givenUnreported()
  let isDead = true
  const readIntent = (id: string) => (isDead ? failing.readIntent() : provider.readIntent(id))
  const providers = { ...ports.providers, invoice: { ...provider, readIntent } }
  const worker = workerOn({ ...ports, providers })
  await worker.step()
  await worker.step()
  expect(shop.warnings.join()).toContain('cannot be reported to its order: it died')
  isDead = false
  await worker.step()
  expect(await status()).toBe('authorized')
  pass(5_000)
  await worker.step()
  expect(await status()).toBe('confirmed')
})
