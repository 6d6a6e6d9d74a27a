// Kept webhooks on a real node and Postgres: found through the read model, retried without an end, applied once.
import { expect, test, vi } from 'vitest'
import { type NoticePorts, recordPaymentNotice } from '#commands/record-payment-notice.ts'
import { orderStream, providerStream } from '#domain/streams.ts'
import { orderIdOf } from '#domain/values/ids.ts'
import { newId } from '#platform/ids.ts'
import { noticesProjection } from '#projections/notices/apply.ts'
import { waitingNotices } from '#projections/notices/queries.ts'
import { createProjector } from '#projections/projector.ts'
import { createNotices } from './notices.ts'
import { createProjectorHost } from './projector-host.ts'
import { givenPlatform, neverStopping, type TestPlatform, wait } from './testing/platform.ts'
import { place, receive } from './testing/shop.ts'

const reservationId = '00000000-0000-4000-8000-00000000000a'
const orderId = orderIdOf(reservationId)
const kept = providerStream('evt_1')
const hour = 3_600_000

const tell = async (providerObjectId: string, ports: NoticePorts): Promise<void> => {
  const notice = {
    eventId: 'evt_1',
    provider: 'stripe',
    type: 'payment_intent.created',
    kind: 'intent',
    providerObjectId,
  } as const
  const { followUp } = await recordPaymentNotice(notice, { commandId: newId(), actor: 'stripe' }, ports)
  await followUp()
}

/** The provider sent a webhook on the payment of an order that is not in the log. */
const givenKept = async () => {
  const platform = await givenPlatform()
  const ports = platform.process()
  const intent = { orderId, attempt: 1, amount: 1_000, currency: 'EUR', paymentMethod: 'pm_card_visa' }
  const { providerObjectId } = await platform.provider.createIntent(intent)
  await tell(providerObjectId, ports)
  await tell(providerObjectId, platform.process())
  return { platform, ports, providerObjectId }
}

/** Before each step the read model catches up to the end of the log. */
const workerOn = (platform: TestPlatform, ports: NoticePorts) => {
  const { db, store } = platform.read
  const projector = createProjector({ projections: [noticesProjection], store, now: () => performance.now() })
  const host = createProjectorHost({ projector, follow: platform.follow(), wait, observe: () => undefined })
  const alarms: string[] = []
  let now = 0
  const worker = createNotices({
    lease: platform.lease('notices'),
    waiting: (query) => waitingNotices(db, query),
    notices: ports,
    monotonic: () => now,
    alarm: (line) => void alarms.push(line),
    signal: neverStopping,
  })
  const untilWaiting = (count: number) =>
    vi.waitUntil(
      async () => {
        await host.step()
        return (await waitingNotices(db, { until: Number.MAX_SAFE_INTEGER, limit: 10 })).length === count
      },
      { timeout: 10_000 },
    )
  const pass = (milliseconds: number): void => {
    now += milliseconds
    platform.moveTime(milliseconds)
  }
  return { worker, alarms, untilWaiting, pass }
}

test('lesson: a webhook of an unknown order is kept once, and applied once the order is there', async () => {
  const { platform, ports } = await givenKept()
  const { worker, alarms, untilWaiting, pass } = workerOn(platform, ports)
  await untilWaiting(1)
  await worker.step()
  expect(await platform.typesOf(kept)).toEqual(['ProviderEventReceived'])

  await receive('MUG-1', 5, ports)
  await place('MUG-1', reservationId, ports)
  await worker.step()
  expect(await platform.typesOf(kept)).toEqual(['ProviderEventReceived'])
  pass(5_000)
  await worker.step()
  expect(await platform.typesOf(kept)).toEqual(['ProviderEventReceived', 'ProviderEventApplied'])
  expect(await platform.typesOf(orderStream(orderId))).toEqual(['OrderPlaced', 'PaymentIntentCreated', 'PaymentVoided'])
  await untilWaiting(0)
  pass(hour)
  await worker.step()
  expect(await platform.typesOf(kept)).toHaveLength(2)
  expect(alarms).toEqual([])
})

test('a notice that has waited for an hour raises an alarm at each retry, and is still applied in the end', async () => {
  const { platform, ports, providerObjectId } = await givenKept()
  const { worker, alarms, untilWaiting, pass } = workerOn(platform, ports)
  await untilWaiting(1)
  await worker.step()
  expect(alarms).toEqual([])
  pass(hour)
  await worker.step()
  await worker.step()
  expect(alarms).toEqual([
    expect.stringContaining(`payment_intent.created (evt_1) of ${providerObjectId} has waited for its order since`),
  ])
  pass(hour)
  await receive('MUG-1', 5, ports)
  await place('MUG-1', reservationId, ports)
  pass(hour)
  await worker.step()
  expect(await platform.typesOf(kept)).toEqual(['ProviderEventReceived', 'ProviderEventApplied'])
  expect(alarms).toHaveLength(1)
})

test('a notice is retried later if the provider does not answer', async () => {
  const { platform, ports } = await givenKept()
  await receive('MUG-1', 5, ports)
  await place('MUG-1', reservationId, ports)
  const down = { ...platform.provider, readIntent: () => Promise.reject(new Error('no answer')) }
  const { worker, untilWaiting } = workerOn(platform, { ...ports, providers: { stripe: down } })
  await untilWaiting(1)
  await worker.step()
  expect(platform.warnings.join()).toContain('cannot be retried: no answer')
  expect(await platform.typesOf(kept)).toEqual(['ProviderEventReceived'])
})

test('two workers at once apply a notice once', async () => {
  const { platform, ports } = await givenKept()
  await receive('MUG-1', 5, ports)
  await place('MUG-1', reservationId, ports)
  const one = workerOn(platform, ports)
  await one.untilWaiting(1)
  const query = (limits: Parameters<typeof waitingNotices>[1]) => waitingNotices(platform.read.db, limits)
  const both = [ports, platform.process()].map((notices, at) =>
    createNotices({
      lease: platform.lease(`notices ${at}`),
      waiting: query,
      notices,
      monotonic: () => 0,
      alarm: () => undefined,
      signal: neverStopping,
    }),
  )
  await Promise.all(both.map((worker) => worker.step()))
  expect(await platform.typesOf(kept)).toEqual(['ProviderEventReceived', 'ProviderEventApplied'])
})
