import { describe, expect, test } from 'vitest'
import { catalogueProjection } from './catalogue/apply.ts'
import { availabilityTable } from './catalogue/table.ts'
import { parkedStreamsMax } from './fold.ts'
import type { LogEntry } from './ports.ts'
import { checkpointDelayMilliseconds } from './projector.ts'
import { restartProjection, resumeStream } from './resume.ts'
import { batch, counting, countTable, given, received } from './testing/counting.ts'
import { undecodable } from './testing/events.ts'

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

  test('park their stream, whose later events wait, and no other stream', async () => {
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

  test('include events that cannot be decoded', async () => {
    const { store, projector } = given()
    await projector.start()
    projector.accept(batch(undecodable({ stream: 'stock-A@M', revision: 0, position: 10n }), received('A@M', 1, 20, 5)))
    await projector.step()
    expect(store.rows(countTable)).toEqual([])
    expect(store.head('counting').parked.get('stock-A@M')).toMatchObject({ revision: 0, lastRevision: 1 })
  })

  test('do not include undecodable events of a category that the projection skips', async () => {
    const { store, projector, later } = given()
    await projector.start()
    later(checkpointDelayMilliseconds)
    projector.accept(batch(undecodable({ stream: 'order-1', revision: 0, position: 10n })))
    await projector.step()
    expect(store.head('counting')).toMatchObject({ position: 10n, parked: new Map() })
  })

  test('are applied by a resume once they can be, and the stream goes on', async () => {
    const { store, projector } = await parked()
    const mended = [received('A@M', 1, 20, 12), received('A@M', 2, 40, 5)]
    const resume = { projection: counting, store, stream: 'stock-A@M', entries: mended }
    expect(await resumeStream(resume)).toBe('resumed')
    expect(store.head('counting').parked.size).toBe(0)
    projector.accept(batch(received('A@M', 3, 60, 1)))
    await projector.step()
    expect(store.rows(countTable)).toContainEqual({ stream: 'stock-A@M', units: 20 })
  })

  test('that are resumed still count in a row that another stream has written since', async () => {
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

  test('that fail again keep their stream parked from there on', async () => {
    const { store } = await parked()
    const entries = [received('A@M', 1, 20, 12), received('A@M', 2, 40, 13)]
    expect(await resumeStream({ projection: counting, store, stream: 'stock-A@M', entries })).toBe('still_parked')
    expect(store.head('counting').parked.get('stock-A@M')).toMatchObject({ revision: 2, lastRevision: 2 })
  })

  test('are resumed only with exactly the waiting events', async () => {
    const { store } = await parked()
    const resume = (entries: readonly LogEntry[]) =>
      resumeStream({ projection: counting, store, stream: 'stock-A@M', entries })
    expect(await resume([received('A@M', 1, 20, 12)])).toBe('changed')
    expect(await resume([received('A@M', 2, 40, 12), received('A@M', 3, 60, 5)])).toBe('changed')
    expect(store.rows(countTable)).toContainEqual({ stream: 'stock-A@M', units: 2 })
  })

  test('stop the projection if they are too many, until it is restarted', async () => {
    const { store, projector, later } = given()
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
    expect(await projector.step()).toBe('idle')
    later(checkpointDelayMilliseconds)
    await expect(projector.step()).rejects.toThrow('counting may go on; start the projector again')
  })
})
