import { expect, test } from 'vitest'
import { noticesProjection } from '#projections/notices/apply.ts'
import { recorded } from '#projections/testing/events.ts'
import { createReadDatabase } from '#projections/testing/read-database.ts'
import { wireAttention } from './attention.ts'

const hour = 3_600_000

test('a webhook is listed when it has waited for its order for an hour, until it is applied', async () => {
  const read = await createReadDatabase()
  const kept = { providerEventId: 'evt_1', providerObjectId: 'pi_1', eventType: 'charge.captured' }
  const at = (revision: number) => ({ stream: 'provider-evt_1', revision, position: BigInt(revision + 10) })
  const listedAt = (now: number | undefined) => wireAttention(read.db, { now: () => now }).noticesNeedingAttention(10)

  await read.project(noticesProjection, [recorded(at(0), 'ProviderEventReceived', { ...kept, provider: 'stripe' })])
  expect(await listedAt(undefined)).toEqual([])
  expect(await listedAt(hour + 9)).toEqual([])
  expect(await listedAt(hour + 10)).toEqual([{ ...kept, since: 10, reason: expect.stringContaining('is not known') }])

  await read.project(noticesProjection, [recorded(at(1), 'ProviderEventApplied', {})])
  expect(await listedAt(hour + 10)).toEqual([])
  await read.db.destroy()
})
