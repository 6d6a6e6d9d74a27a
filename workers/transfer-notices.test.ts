import { expect, test } from 'vitest'
import { openShop, pay, placed } from '#commands/testing/shop.ts'
import { createMemoryInvoices } from '#platform/invoice/memory-store.ts'
import { invoicesUnderTest, receive } from '#platform/invoice/testing/under-test.ts'
import { neverStopping } from './testing/platform.ts'
import { createTransferNotices } from './transfer-notices.ts'

/** An order whose transfer was recorded by a process that could not tell it. */
const givenUntold = async () => {
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
      ...{ transfers, ports: process, monotonic: () => now, signal: neverStopping },
    })
  const pass = (milliseconds: number): void => {
    now += milliseconds
  }
  const status = async () => (await shop.order(orderId)).status
  return { shop, provider, transfers, ports, failing, workerOn, pass, status }
}

test('a transfer that was stored and not told is told, after its API has had its time', async () => {
  const { transfers, ports, workerOn, status } = await givenUntold()
  const worker = workerOn(ports)
  await worker.step()
  expect(await status()).toBe('authorized')
  await worker.step()
  expect(await status()).toBe('confirmed')
  expect(await transfers.untold(10)).toEqual([])
})

test('one that cannot be told is tried again, after a wait', async () => {
  const { shop, provider, ports, failing, workerOn, pass, status } = await givenUntold()
  let isDead = true
  const readIntent = (id: string) => (isDead ? failing.readIntent() : provider.readIntent(id))
  const providers = { ...ports.providers, invoice: { ...provider, readIntent } }
  const worker = workerOn({ ...ports, providers })
  await worker.step()
  await worker.step()
  expect(shop.warnings.join()).toContain('cannot be told to its order: it died')
  isDead = false
  await worker.step()
  expect(await status()).toBe('authorized')
  pass(5_000)
  await worker.step()
  expect(await status()).toBe('confirmed')
})
