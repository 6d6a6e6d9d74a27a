import { describe, expect, test } from 'vitest'
import { checkpointDelayMilliseconds, createProjector, queueEntriesMax } from './projector.ts'
import { stockProjection } from './stock/apply.ts'
import { stockTable } from './stock/table.ts'
import { batch, counting, countTable, given, received, tick } from './testing/counting.ts'

describe('applying events', () => {
  test('lesson: replay too slow: a batch is folded in memory, in order, and stored in one write with its checkpoint', async () => {
    const { store, projector } = given()
    expect(await projector.start()).toBeUndefined()
    projector.accept(batch(received('A@M', 0, 10, 2), received('B@M', 0, 20), received('A@M', 1, 30, 5)))
    expect(await projector.step()).toBe('worked')
    expect(store.rows(countTable)).toEqual([
      { stream: 'stock-A@M', units: 7 },
      { stream: 'stock-B@M', units: 1 },
    ])
    expect(store.head('counting').position).toBe(30n)
    expect(store.commits()).toBe(1)
  })

  test('events that are delivered twice lead to the same rows', async () => {
    const { store, projector } = given()
    const events = [received('A@M', 0, 10, 2), received('A@M', 1, 20, 5)]
    await projector.start()
    for (const event of events) projector.accept(batch(event, event))
    await projector.step()
    projector.accept(batch(...events))
    await projector.step()
    expect(store.rows(countTable)).toEqual([{ stream: 'stock-A@M', units: 7 }])
  })

  test('negative control: a projection that adds counts twice if its checkpoint is lost', async () => {
    const { store, projector } = given()
    await projector.start()
    projector.accept(batch(received('A@M', 0, 10, 2)))
    await projector.step()
    const { version } = store.head('counting')
    const forgotten = { projection: 'counting', expectedVersion: version, position: undefined, stopped: undefined }
    await store.commit({ ...forgotten, rows: [], parked: [], resumed: [] })
    await projector.start()
    projector.accept(batch(received('A@M', 0, 10, 2)))
    await projector.step()
    expect(store.rows(countTable)).toEqual([{ stream: 'stock-A@M', units: 4 }])
  })

  test('the subscription starts after the lowest checkpoint, and a projection ahead of it skips what it has', async () => {
    const { store, projector, now } = given()
    await projector.start()
    projector.accept(batch(received('A@M', 0, 10, 2), received('A@M', 1, 20, 5)))
    await projector.step()
    const both = createProjector({ projections: [counting, stockProjection], store, now })
    expect(await both.start()).toBeUndefined()
    both.accept(batch(received('A@M', 0, 10, 2), received('A@M', 1, 20, 5)))
    await both.step()
    expect(store.rows(countTable)).toEqual([{ stream: 'stock-A@M', units: 7 }])
    expect(store.rows(stockTable)).toHaveLength(1)
    expect(await both.start()).toBe(20n)
  })

  test('a full queue is reported, and a step makes room', async () => {
    const { projector } = given([])
    await projector.start()
    const ticks = Array.from({ length: queueEntriesMax }, (_, index) => tick(index))
    expect(projector.accept(batch(...ticks))).toBe('full')
    expect(() => projector.accept(batch(tick(queueEntriesMax)))).toThrow('although the projector is full')
    await projector.step()
    expect(projector.accept(batch(tick(queueEntriesMax)))).toBe('more')
  })
})

describe('skipping events', () => {
  test('the checkpoint moves past skipped events after the delay, on an idle log too', async () => {
    const { store, projector, later } = given()
    await projector.start()
    projector.accept(batch(tick(10)))
    await projector.step()
    expect(store.head('counting').position).toBeUndefined()
    later(checkpointDelayMilliseconds)
    expect(await projector.step()).toBe('worked')
    expect(store.head('counting').position).toBe(10n)
    expect(await projector.step()).toBe('idle')
  })

  test('the checkpoint moves to a position whose events were filtered out', async () => {
    const { store, projector, later } = given()
    await projector.start()
    projector.accept({ entries: [], position: 50n })
    later(checkpointDelayMilliseconds)
    await projector.step()
    expect(store.head('counting').position).toBe(50n)
  })
})

describe('two hosts', () => {
  test('the slower one is refused, loads again and applies nothing twice', async () => {
    const { store, projector, now } = given()
    const other = createProjector({ projections: [counting], store, now })
    await projector.start()
    await other.start()
    for (const host of [projector, other]) {
      host.accept(batch(received('A@M', 0, 10, 2)))
      await host.step()
    }
    other.accept(batch(received('A@M', 1, 20, 5)))
    await other.step()
    projector.accept(batch(received('A@M', 1, 20, 5), received('A@M', 2, 30, 1)))
    await projector.step()
    expect(store.rows(countTable)).toEqual([{ stream: 'stock-A@M', units: 8 }])
  })

  test('a commit between load and commit is refused by its version', async () => {
    const { store } = given()
    const commit = { projection: 'counting', expectedVersion: 0, position: 10n, stopped: undefined }
    const empty = { rows: [], parked: [], resumed: [] }
    expect(await store.commit({ ...commit, ...empty })).toBe('committed')
    expect(await store.commit({ ...commit, ...empty })).toBe('refused')
  })

  test('a host stops if a checkpoint has gone back, because its memory no longer matches', async () => {
    const { store, projector } = given()
    await projector.start()
    projector.accept(batch(received('A@M', 0, 10, 2)))
    await projector.step()
    const back = { projection: 'counting', expectedVersion: 1, position: 5n, stopped: undefined }
    await store.commit({ ...back, rows: [], parked: [], resumed: [] })
    projector.accept(batch(received('A@M', 1, 20, 5)))
    await expect(projector.step()).rejects.toThrow('its checkpoint went back')
  })
})

describe('a store that fails', () => {
  const failing = (how: 'before' | 'after') => {
    const { store, now } = given()
    let failures = 1
    const commit: typeof store.commit = async (wanted) => {
      if (how === 'after') await store.commit(wanted)
      if (failures > 0) {
        failures -= 1
        throw new Error('connection lost')
      }
      return how === 'after' ? 'refused' : store.commit(wanted)
    }
    return { store, projector: createProjector({ projections: [counting], store: { ...store, commit }, now }) }
  }

  test.each(['before', 'after'] as const)(
    'lesson: lost events: %s it stored the batch, which is taken again, once',
    async (how) => {
      const { store, projector } = failing(how)
      await projector.start()
      projector.accept(batch(received('A@M', 0, 10, 2)))
      await expect(projector.step()).rejects.toThrow('connection lost')
      await projector.step()
      expect(store.rows(countTable)).toEqual([{ stream: 'stock-A@M', units: 2 }])
      expect(projector.status()).toMatchObject([{ position: 10n }])
    },
  )

  test('makes a step give up after it has refused five times', async () => {
    const { store, now } = given()
    const refusing = { ...store, commit: async () => 'refused' as const }
    const projector = createProjector({ projections: [counting], store: refusing, now })
    await projector.start()
    projector.accept(batch(received('A@M', 0, 10, 2)))
    await expect(projector.step()).rejects.toThrow('other projector hosts were faster 5 times')
  })

  test('for one projection does not stop the others', async () => {
    const { store, now } = given()
    const commit: typeof store.commit = async (wanted) => {
      if (wanted.projection === 'counting') throw new Error('connection lost')
      return store.commit(wanted)
    }
    const projections = [counting, stockProjection]
    const projector = createProjector({ projections, store: { ...store, commit }, now })
    await projector.start()
    projector.accept(batch(received('A@M', 0, 10, 2)))
    await expect(projector.step()).rejects.toThrow('connection lost')
    expect(store.head('stock').position).toBe(10n)
  })
})
