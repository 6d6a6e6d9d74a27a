// A read model is rebuilt beside the live one while that goes on: compared at one position, swapped, and the old one fed on.
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LogEntry, ProjectionStore } from '#projections/ports.ts'
import { checkpointDelayMilliseconds, createProjector, type Projector } from '#projections/projector.ts'
import { stockProjection } from '#projections/stock/apply.ts'
import { approximateLevels } from '#projections/stock/queries.ts'
import { levels, recorded } from '#projections/testing/events.ts'
import { createReadDatabase, type TestReadDatabase } from '#projections/testing/read-database.ts'
import { createProjectionStore } from './projection-store.ts'
import { dropPrevious, dropRebuild, openRebuild, previousSchema, type Rebuild } from './rebuild.ts'

const received = (sku: string, position: number, onHand: number): LogEntry =>
  recorded({ stream: `stock-${sku}@MAIN`, revision: 0, position: BigInt(position) }, 'StockReceived', {
    quantity: onHand,
    ...levels(onHand),
  })
const log = [received('A', 10, 1), received('B', 20, 2), received('C', 30, 3)]

let read: TestReadDatabase
let rebuild: Rebuild
let live: Projector
beforeEach(async () => {
  read = await createReadDatabase()
  live = await projectorOver(read.store)
  await feed(live, log.slice(0, 2))
  rebuild = await openRebuild({ url: read.url, pool: read.pool, projection: stockProjection })
})
afterEach(() => read.db.destroy())

const projectorOver = async (store: ProjectionStore): Promise<Projector> => {
  let milliseconds = 0
  const now = () => {
    milliseconds += checkpointDelayMilliseconds
    return milliseconds
  }
  const projector = createProjector({ projections: [stockProjection], store, now })
  await projector.start()
  return projector
}

const feed = async (projector: Projector, entries: readonly LogEntry[], position?: bigint): Promise<void> => {
  projector.accept({ entries, position })
  await projector.step()
}

const catchUp = async (position: bigint): Promise<void> =>
  feed(
    await projectorOver(rebuild.store),
    log.filter((entry) => entry.position <= position),
    position,
  )

const skusIn = async (schema: string): Promise<readonly string[]> => {
  const { rows } = await read.pool.query<{ sku: string }>(`select sku from ${schema}.stock_levels order by sku`)
  return rows.map(({ sku }) => sku)
}

describe('comparing', () => {
  test('finds no difference if the live rows match the log', async () => {
    expect(await rebuild.compare(catchUp)).toEqual({ position: 20n, differences: [] })
  })

  test('names the rows that differ', async () => {
    await read.pool.query(`update stock_levels set on_hand = 7 where sku = 'B'`)
    await read.pool.query(`delete from stock_levels where sku = 'A'`)
    expect(await rebuild.compare(catchUp)).toMatchObject({
      differences: [{ table: 'stock_levels', onlyLive: 1, onlyRebuilt: 2, examples: { length: 3 } }],
    })
  })

  test('pauses the live projector until both are at the same position', async () => {
    let feeding: Promise<void> | undefined
    const whileLiveGoesOn = async (position: bigint): Promise<void> => {
      feeding = feed(live, log.slice(2))
      await catchUp(position)
      await Promise.race([feeding, wait(200)])
    }
    expect(await rebuild.compare(whileLiveGoesOn)).toEqual({ position: 20n, differences: [] })
    await feeding
    expect(await skusIn('public')).toEqual(['A', 'B', 'C'])
  })

  test('is refused if the rebuild did not reach the position', async () => {
    const short = (): Promise<void> => catchUp(10n)
    await expect(rebuild.compare(short)).rejects.toThrow('the rebuild stands at 10, not at 20')
  })
})

describe('swapping', () => {
  test('replaces the live rows, and the live projector goes on from there', async () => {
    await read.pool.query(`delete from stock_levels where sku = 'A'`)
    await rebuild.swap(catchUp)
    expect(await skusIn('public')).toEqual(['A', 'B'])
    expect(await skusIn(previousSchema(stockProjection))).toEqual(['B'])
    await feed(live, log.slice(2))
    expect(await approximateLevels(read.db, 'C')).toMatchObject([{ on_hand: 3 }])
  })

  test('keeps the old read model up to date until it is dropped', async () => {
    await rebuild.swap(catchUp)
    const previous = await projectorOver(createProjectionStore(read.pool, previousSchema(stockProjection)))
    await feed(previous, log)
    expect(await skusIn(previousSchema(stockProjection))).toEqual(['A', 'B', 'C'])
    expect(await skusIn('public')).toEqual(['A', 'B'])
    await dropPrevious(read.pool, stockProjection)
    await expect(skusIn(previousSchema(stockProjection))).rejects.toThrow('does not exist')
  })

  test('keeps the streams that only the old read model had parked', async () => {
    const parked = { stream: 'stock-A@MAIN', revision: 1, position: 20n, problem: 'damaged', lastRevision: 1 }
    const { head } = await read.store.load('stock', [])
    const commit = { projection: 'stock', expectedVersion: head.version, position: 20n, stopped: 'too many' }
    await read.store.commit({ ...commit, rows: [], parked: [parked], resumed: [] })
    await rebuild.swap(catchUp)
    expect((await read.store.load('stock', [])).head).toMatchObject({ stopped: undefined, parked: new Map() })
  })

  test('changes nothing if the rebuild did not reach the position', async () => {
    await expect(rebuild.swap(() => catchUp(10n))).rejects.toThrow('stands at 10')
    await feed(live, log.slice(2))
    expect(await skusIn('public')).toEqual(['A', 'B', 'C'])
  })
})

test('an unfinished rebuild is continued, a dropped one starts again', async () => {
  await catchUp(10n)
  const again = () => openRebuild({ url: read.url, pool: read.pool, projection: stockProjection })
  expect((await (await again()).store.load('stock', [])).head.position).toBe(10n)
  await dropRebuild(read.pool, stockProjection)
  expect((await (await again()).store.load('stock', [])).head.position).toBeUndefined()
})
