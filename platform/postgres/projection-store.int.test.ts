import { readdirSync } from 'node:fs'
import path from 'node:path'
// The projector's store against real Postgres: rows and checkpoint in one transaction, refused commits, guarded rows.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase } from '#embedded/testing/servers.ts'
import { holdsProjection } from '#projections/holds/apply.ts'
import type { Commit, StoredRow } from '#projections/ports.ts'
import { put, rowKey } from '#projections/rows.ts'
import { stockProjection } from '#projections/stock/apply.ts'
import { approximateLevels } from '#projections/stock/queries.ts'
import { type StockLevel, stockTable } from '#projections/stock/table.ts'
import { levels, recorded, reservationId } from '#projections/testing/events.ts'
import { createReadDatabase, type TestReadDatabase } from '#projections/testing/read-database.ts'
import { createDatabase } from './database.ts'
import { migrate } from './migrate.ts'
import { createPool } from './pool.ts'

let read: TestReadDatabase
beforeAll(async () => {
  read = await createReadDatabase()
})
afterAll(() => read.db.destroy())

const level = (sku: string, onHand: number): StockLevel => ({
  sku,
  location: 'MAIN',
  on_hand: onHand,
  held: 0,
  committed: 0,
  safety: 0,
  available: onHand,
  shortfall: 0,
  revision: 0,
  updated_at: 1_700_000_000_000,
})
const row = (sku: string, onHand: number, position: bigint): StoredRow => ({
  ...put(stockTable, level(sku, onHand)),
  position,
})
const commit = (projection: string, changes: Partial<Commit>): Commit => ({
  projection,
  expectedVersion: 0,
  position: 1n,
  stopped: undefined,
  rows: [],
  parked: [],
  resumed: [],
  ...changes,
})

describe('migrating', () => {
  test('a second time changes nothing', async () => {
    expect(await migrate(read.db)).toEqual([])
  })

  test('by several processes at once is done by one of them', async () => {
    const files = readdirSync('migrations')
      .map((file) => path.basename(file, '.ts'))
      .sort()
    const pool = createPool({ url: await createTestDatabase(), onError: () => {} })
    const db = createDatabase(pool)
    const done = await Promise.all([migrate(db), migrate(db), migrate(db)])
    await db.destroy()
    expect(done.flat()).toEqual(files)
  })

  test('over existing tables of another application fails with a clear line and changes nothing', async () => {
    const pool = createPool({ url: await createTestDatabase(), onError: () => {} })
    const db = createDatabase(pool)
    await pool.query('create table holds (id text)')
    await expect(migrate(db)).rejects.toThrow(
      'The database could not be migrated (0001-read-models): relation "holds" already exists',
    )
    expect((await pool.query(`select from information_schema.tables where table_name = 'orders'`)).rowCount).toBe(0)
    await db.destroy()
  })
})

describe('a commit', () => {
  test('stores rows with the checkpoint, and loads them as they were', async () => {
    const position = 9_007_199_254_740_993n
    const rows = [row('A', 5, 3n), row('B', 7, 4n)]
    expect(await read.store.commit(commit('whole', { position, rows }))).toBe('committed')
    const keys = [rowKey(stockTable, 'A', 'MAIN'), rowKey(stockTable, 'NONE', 'MAIN')]
    expect(await read.store.load('whole', keys)).toEqual({
      head: { version: 1, position, stopped: undefined, parked: new Map() },
      rows: [row('A', 5, 3n)],
    })
  })

  test('of another version is refused, and nothing of it is stored', async () => {
    await read.store.commit(commit('raced', { rows: [row('RACED', 1, 1n)] }))
    const late = commit('raced', { position: 2n, rows: [row('RACED', 2, 2n)] })
    expect(await read.store.commit(late)).toBe('refused')
    expect(await approximateLevels(read.db, 'RACED')).toEqual([level('RACED', 1)])
    expect((await read.store.load('raced', [])).head).toMatchObject({ version: 1, position: 1n })
  })

  test('is accepted once if two come at the same time', async () => {
    const outcomes = await Promise.all(
      [1, 2, 3].map((onHand) => read.store.commit(commit('crowd', { rows: [row('CROWD', onHand, 1n)] }))),
    )
    expect(outcomes.toSorted()).toEqual(['committed', 'refused', 'refused'])
  })

  test('whose rows cannot be stored does not change the checkpoint', async () => {
    const damaged: StoredRow = { ...row('BROKEN', 1, 1n), values: { ...level('BROKEN', 1), on_hand: null } }
    await expect(read.store.commit(commit('broken', { rows: [damaged] }))).rejects.toThrow('null value')
    expect((await read.store.load('broken', [])).head.version).toBe(0)
  })

  test('does not overwrite a row with an older position', async () => {
    await read.store.commit(commit('guarded', { rows: [row('GUARD', 9, 10n)] }))
    await read.store.commit(commit('guarded', { expectedVersion: 1, rows: [row('GUARD', 1, 9n)] }))
    expect(await approximateLevels(read.db, 'GUARD')).toEqual([level('GUARD', 9)])
    await read.store.commit(commit('guarded', { expectedVersion: 2, rows: [row('GUARD', 3, 11n)] }))
    expect(await approximateLevels(read.db, 'GUARD')).toEqual([level('GUARD', 3)])
  })

  test('parks streams and resumes them', async () => {
    const parked = { stream: 'stock-A@MAIN', revision: 3, position: 30n, problem: "it's damaged", lastRevision: 5 }
    await read.store.commit(commit('parking', { parked: [parked] }))
    expect((await read.store.load('parking', [])).head.parked).toEqual(new Map([['stock-A@MAIN', parked]]))
    await read.store.commit(commit('parking', { expectedVersion: 1, resumed: ['stock-A@MAIN'] }))
    expect((await read.store.load('parking', [])).head.parked).toEqual(new Map())
  })

  test('can stop a projection, which its head shows', async () => {
    await read.store.commit(commit('stopping', { position: undefined, stopped: 'too many' }))
    expect((await read.store.load('stopping', [])).head).toMatchObject({ position: undefined, stopped: 'too many' })
  })
})

test('the rows are the same if every event is delivered twice', async () => {
  const stream = 'stock-MUG-1@MAIN'
  const events = [
    recorded({ stream, revision: 0, position: 10n }, 'StockReceived', { quantity: 5, ...levels(5) }),
    recorded({ stream, revision: 1, position: 20n }, 'StockReserved', {
      reservationId,
      line: 0,
      quantity: 2,
      expiresAt: 900,
      ...levels(5, 2),
    }),
  ]
  const rows = async () => [
    await read.db.selectFrom('stock_levels').selectAll().where('sku', '=', 'MUG-1').execute(),
    await read.db.selectFrom('holds').selectAll().execute(),
  ]
  for (const projection of [stockProjection, holdsProjection]) await read.project(projection, events)
  const once = await rows()
  for (const projection of [stockProjection, holdsProjection]) await read.project(projection, [...events, ...events])
  expect(await rows()).toEqual(once)
  expect(once).toMatchObject([[{ sku: 'MUG-1', available: 3 }], [{ status: 'held' }]])
})
