import { describe, expect, test } from 'vitest'
import { assert } from '#domain/assert.ts'
import { catalogueProjection } from './catalogue/apply.ts'
import { availabilityTable } from './catalogue/table.ts'
import { parkedStreamsMax } from './fold.ts'
import type { LogEntry, Projection } from './ports.ts'
import { checkpointDelayMilliseconds, createProjector, queueEntriesMax } from './projector.ts'
import { restartProjection, resumeStream } from './resume.ts'
import { put, rowKey } from './rows.ts'
import { stockProjection } from './stock/apply.ts'
import { stockTable } from './stock/table.ts'
import { levels, recorded, undecodable } from './testing/events.ts'
import { createMemoryStore } from './testing/memory-store.ts'

type Counted = { readonly stream: string; readonly units: number }
const countTable = {
  name: 'counts',
  relation: 'counts',
  positionColumn: 'position',
  key: ['stream'],
  columns: { stream: 'text', units: 'bigint' },
} as const

/** Adds instead of assigning, so that an event taken twice shows; refuses a quantity of 13. */
const counting: Projection = {
  name: 'counting',
  tables: [countTable],
  on: {
    stock: {
      keysOf: ({ stream }) => [rowKey(countTable, stream)],
      apply: (event, rows) => {
        if (event.type !== 'StockReceived') return []
        assert(event.data.quantity !== 13, 'thirteen')
        const units = rows.get<Counted>(countTable, [event.stream])?.units ?? 0
        return [put<Counted>(countTable, { stream: event.stream, units: units + event.data.quantity })]
      },
    },
  },
}

const received = (stream: string, revision: number, position: number, quantity = 1): LogEntry =>
  recorded({ stream: `stock-${stream}`, revision, position: BigInt(position) }, 'StockReceived', {
    quantity,
    ...levels(100),
  })
const tick = (position: number): LogEntry =>
  recorded({ stream: 'clock-main', revision: position, position: BigInt(position) }, 'ClockTicked', {})
const batch = (...entries: readonly LogEntry[]) => ({ entries, position: undefined })

const given = (projections: readonly Projection[] = [counting]) => {
  const store = createMemoryStore()
  let milliseconds = 0
  const now = () => milliseconds
  const later = (by: number) => {
    milliseconds += by
  }
  return { store, later, projector: createProjector({ projections, store, now }), now }
}

describe('taking events', () => {
  test('a batch is folded in order and stored with its checkpoint', async () => {
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

  test('every event delivered twice leads to the same rows', async () => {
    const { store, projector } = given()
    const events = [received('A@M', 0, 10, 2), received('A@M', 1, 20, 5)]
    await projector.start()
    for (const event of events) projector.accept(batch(event, event))
    await projector.step()
    projector.accept(batch(...events))
    await projector.step()
    expect(store.rows(countTable)).toEqual([{ stream: 'stock-A@M', units: 7 }])
  })

  test('a projection that counts shows it when the checkpoint is lost', async () => {
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

  test('the subscription starts after the least checkpoint, and the projection ahead passes over what it has', async () => {
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

  test('a full queue says so, and room is made by stepping', async () => {
    const { projector } = given([])
    await projector.start()
    const ticks = Array.from({ length: queueEntriesMax }, (_, index) => tick(index))
    expect(projector.accept(batch(...ticks))).toBe('full')
    expect(() => projector.accept(batch(tick(queueEntriesMax)))).toThrow('although the projector is full')
    await projector.step()
    expect(projector.accept(batch(tick(queueEntriesMax)))).toBe('more')
  })
})

describe('passing over events', () => {
  test('what does not concern a projection is stored once the delay is over, on an idle log too', async () => {
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

  test('a position that was filtered away counts too', async () => {
    const { store, projector, later } = given()
    await projector.start()
    projector.accept({ entries: [], position: 50n })
    later(checkpointDelayMilliseconds)
    await projector.step()
    expect(store.head('counting').position).toBe(50n)
  })
})

describe('two hosts', () => {
  test('the slower one is refused, loads again and takes nothing twice', async () => {
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

  test('a checkpoint that went back stops the host, for its memory is of another history', async () => {
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

  test.each(['before', 'after'] as const)('%s it stored the batch: it is taken again, once', async (how) => {
    const { store, projector } = failing(how)
    await projector.start()
    projector.accept(batch(received('A@M', 0, 10, 2)))
    await expect(projector.step()).rejects.toThrow('connection lost')
    await projector.step()
    expect(store.rows(countTable)).toEqual([{ stream: 'stock-A@M', units: 2 }])
    expect(projector.status()).toMatchObject([{ position: 10n }])
  })

  test('by refusing for ever is given up', async () => {
    const { store, now } = given()
    const refusing = { ...store, commit: async () => 'refused' as const }
    const projector = createProjector({ projections: [counting], store: refusing, now })
    await projector.start()
    projector.accept(batch(received('A@M', 0, 10, 2)))
    await expect(projector.step()).rejects.toThrow('other projector hosts were faster 5 times')
  })

  test('for one projection does not hold up the others', async () => {
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

describe('poison events', () => {
  const parked = async () => {
    const all = given()
    await all.projector.start()
    all.projector.accept(batch(received('A@M', 0, 10, 2), received('A@M', 1, 20, 13), received('B@M', 0, 30, 1)))
    await all.projector.step()
    all.projector.accept(batch(received('A@M', 2, 40, 5), received('B@M', 1, 50, 1)))
    await all.projector.step()
    return all
  }

  test('park their stream, whose later events wait, and nothing else', async () => {
    const { store } = await parked()
    expect(store.rows(countTable)).toEqual([
      { stream: 'stock-A@M', units: 2 },
      { stream: 'stock-B@M', units: 2 },
    ])
    expect([...store.head('counting').parked.values()]).toEqual([
      { stream: 'stock-A@M', revision: 1, position: 20n, problem: 'StockReceived: thirteen', lastRevision: 2 },
    ])
    expect(store.head('counting').position).toBe(50n)
  })

  test('an event that cannot be decoded parks its stream too', async () => {
    const { store, projector } = given()
    await projector.start()
    projector.accept(batch(undecodable({ stream: 'stock-A@M', revision: 0, position: 10n }), received('A@M', 1, 20, 5)))
    await projector.step()
    expect(store.rows(countTable)).toEqual([])
    expect(store.head('counting').parked.get('stock-A@M')).toMatchObject({ revision: 0, lastRevision: 1 })
  })

  test('an undecodable event of a category that the projection passes over does not concern it', async () => {
    const { store, projector, later } = given()
    await projector.start()
    later(checkpointDelayMilliseconds)
    projector.accept(batch(undecodable({ stream: 'order-1', revision: 0, position: 10n })))
    await projector.step()
    expect(store.head('counting')).toMatchObject({ position: 10n, parked: new Map() })
  })

  test('once they can be taken the stream goes on where it was', async () => {
    const { store, projector } = await parked()
    const mended = [received('A@M', 1, 20, 12), received('A@M', 2, 40, 5)]
    const resume = { projection: counting, store, stream: 'stock-A@M', entries: mended }
    expect(await resumeStream(resume)).toBe('resumed')
    expect(store.head('counting').parked.size).toBe(0)
    projector.accept(batch(received('A@M', 3, 60, 1)))
    await projector.step()
    expect(store.rows(countTable)).toContainEqual({ stream: 'stock-A@M', units: 20 })
  })

  test('an event taken late still counts in a row that another stream has written since', async () => {
    const { store, projector } = given([catalogueProjection])
    await projector.start()
    const late = received('A@MAIN', 0, 10)
    projector.accept(
      batch(undecodable({ stream: 'stock-A@MAIN', revision: 0, position: 10n }), received('A@EAST', 0, 50)),
    )
    await projector.step()
    expect(store.rows(availabilityTable)).toMatchObject([{ available: 100 }])
    const resume = { projection: catalogueProjection, store, stream: 'stock-A@MAIN', entries: [late] }
    expect(await resumeStream(resume)).toBe('resumed')
    expect(store.rows(availabilityTable)).toMatchObject([{ available: 200 }])
  })

  test('a stream that fails again stays parked from there', async () => {
    const { store } = await parked()
    const entries = [received('A@M', 1, 20, 12), received('A@M', 2, 40, 13)]
    expect(await resumeStream({ projection: counting, store, stream: 'stock-A@M', entries })).toBe('still_parked')
    expect(store.head('counting').parked.get('stock-A@M')).toMatchObject({ revision: 2, lastRevision: 2 })
  })

  test('is resumed with exactly the events that wait, or not at all', async () => {
    const { store } = await parked()
    const resume = (entries: readonly LogEntry[]) =>
      resumeStream({ projection: counting, store, stream: 'stock-A@M', entries })
    expect(await resume([received('A@M', 1, 20, 12)])).toBe('changed')
    expect(await resume([received('A@M', 2, 40, 12), received('A@M', 3, 60, 5)])).toBe('changed')
    expect(store.rows(countTable)).toContainEqual({ stream: 'stock-A@M', units: 2 })
  })

  test('too many of them stop the projection before the one too many, until it is restarted', async () => {
    const { store, projector } = given()
    const poison = Array.from({ length: parkedStreamsMax + 1 }, (_, index) => received(`${index}@M`, 0, index, 13))
    await projector.start()
    projector.accept(batch(...poison, received('A@M', 0, 1_000)))
    await projector.step()
    const stopped = { position: BigInt(parkedStreamsMax - 1), stopped: expect.stringContaining('more than 100 parked') }
    expect(projector.status()).toMatchObject([{ projection: 'counting', parkedStreams: parkedStreamsMax, ...stopped }])
    projector.accept(batch(received('A@M', 1, 1_010)))
    await projector.step()
    expect(store.head('counting')).toMatchObject(stopped)
    expect(store.rows(countTable)).toEqual([])
    expect(await restartProjection(counting, store)).toBe('restarted')
    expect(store.head('counting').stopped).toBeUndefined()
  })
})
