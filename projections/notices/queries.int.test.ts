import { afterAll, beforeAll, expect, test } from 'vitest'
import { recorded } from '../testing/events.ts'
import { createReadDatabase, type TestReadDatabase } from '../testing/read-database.ts'
import { noticesProjection } from './apply.ts'
import { waitingNotices } from './queries.ts'

let read: TestReadDatabase
beforeAll(async () => {
  read = await createReadDatabase()
  const received = (eventId: string, position: bigint) =>
    recorded({ stream: `provider-${eventId}`, revision: 0, position }, 'ProviderEventReceived', {
      provider: 'stripe',
      providerEventId: eventId,
      providerObjectId: 'pi_1',
      eventType: 'charge.captured',
    })
  await read.project(noticesProjection, [
    received('evt_2', 10n),
    received('evt_1', 20n),
    received('evt_applied', 30n),
    recorded({ stream: 'provider-evt_applied', revision: 1, position: 40n }, 'ProviderEventApplied', {}),
    received('evt_late', 50n),
  ])
})
afterAll(() => read.db.destroy())

const names = async (until: number, limit = 10) =>
  (await waitingNotices(read.db, { until, limit })).map(({ provider_event_id }) => provider_event_id)

test('waiting notices come longest first, received until a given time, up to a given number', async () => {
  expect(await names(9)).toEqual([])
  expect(await names(49)).toEqual(['evt_2', 'evt_1'])
  expect(await names(50)).toEqual(['evt_2', 'evt_1', 'evt_late'])
  expect(await names(50, 1)).toEqual(['evt_2'])
})
