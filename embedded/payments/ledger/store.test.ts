import { expect, test } from 'vitest'
import { openStore } from './store.ts'

test('deferred work is part of the next commit', async () => {
  const store = openStore('memory', null)
  const done: string[] = []
  const later = store.commitLater(() => done.push('later'))
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  expect(done).toEqual([])
  await store.commit(() => done.push('now'))
  expect(done).toEqual(['later', 'now'])
  await later
  store.close()
})

test('deferred work is committed even if nothing else follows', async () => {
  const store = openStore('memory', null)
  expect(await store.commitLater(() => 'done')).toBe('done')
  store.close()
})

test('closing commits deferred work', async () => {
  const store = openStore('memory', null)
  const later = store.commitLater(() => 'done')
  store.close()
  expect(await later).toBe('done')
})

test('a transaction that throws is rolled back alone, and rejects', async () => {
  const store = openStore('memory', null)
  const event = { id: 'evt_1', object: 'event', api_version: 'v', created: 1, data: { object: {} } } as const
  const request = { id: 'req_1', idempotency_key: null }
  const told = { ...event, livemode: false, pending_webhooks: 1, request, type: 'charge.succeeded' } as const
  const results = await Promise.allSettled([
    store.commit((ledger) => ledger.appendEvent(told, 1)),
    store.commit((ledger) => {
      ledger.appendEvent({ ...told, id: 'evt_2' }, 1)
      throw new Error('broken')
    }),
    store.commit((ledger) => ledger.appendEvent({ ...told, id: 'evt_3' }, 1)),
  ])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  const found = await store.commit((ledger) => ['evt_1', 'evt_2', 'evt_3'].map((id) => ledger.find('event', id)?.id))
  expect(found).toEqual(['evt_1', undefined, 'evt_3'])
  store.close()
})
