import { expect, test } from 'vitest'
import { openStore } from './store.ts'

test('what may be done later goes with the next commit', async () => {
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

test('what may be done later is done where nothing else comes', async () => {
  const store = openStore('memory', null)
  expect(await store.commitLater(() => 'done')).toBe('done')
  store.close()
})

test('closing commits what was to be done later', async () => {
  const store = openStore('memory', null)
  const later = store.commitLater(() => 'done')
  store.close()
  expect(await later).toBe('done')
})
