// A read model is rebuilt on a real event store node and a real Postgres, while commands go on and a projector host keeps
// the live one up to date.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EventLog } from '#commands/ports.ts'
import { encodeEvent } from '#domain/codec.ts'
import { clientOf, givenNode } from '#embedded/eventstore/testing/fixture.ts'
import { createEventLog } from '#platform/eventstore/event-log.ts'
import { type Follow, followLog } from '#platform/eventstore/follow-log.ts'
import { newId } from '#platform/ids.ts'
import { holdExclusively } from '#platform/postgres/exclusive.ts'
import { previousSchema } from '#platform/postgres/rebuild.ts'
import { pause, systemTimers } from '#platform/timers.ts'
import { checkpointPositions } from '#projections/position-waiter.ts'
import { createProjector } from '#projections/projector.ts'
import { readModels } from '#projections/read-models.ts'
import { stockProjection } from '#projections/stock/apply.ts'
import { commandId, levels, metadata } from '#projections/testing/events.ts'
import { createReadDatabase, type TestReadDatabase } from '#projections/testing/read-database.ts'
import { createProjectorHost, type ProjectorHost } from '#workers/projector-host.ts'
import { feedOldUntil } from './keep-old.ts'
import { type RebuildOutcome, rebuildReadModel } from './rebuild.ts'

const at = 1_800_000_000_000
const skus = ['CUP', 'POT', 'TRAY']

let read: TestReadDatabase
let log: EventLog
let follow: Follow
let host: ProjectorHost
let ended: AbortController
let running: Promise<void>
let lines: string[]
/** The last unit received of each sku: stream revision and level go hand in hand. */
let received: Map<string, number>

beforeEach(async () => {
  const client = clientOf(await givenNode())
  read = await createReadDatabase()
  log = createEventLog(client)
  ended = new AbortController()
  lines = []
  received = new Map()
  follow = (after, signal) => followLog(client, { after, signal, warn: (line) => lines.push(line) })
  const { monotonic } = systemTimers
  const projector = createProjector({ projections: readModels, store: read.store, now: monotonic })
  host = createProjectorHost({ projector, follow, wait: pause, observe: () => undefined })
  running = work()
})
afterEach(async () => {
  ended.abort()
  await running
  await read.db.destroy()
})

const work = async (): Promise<void> => {
  // As the main's loop does, a step that failed is taken again.
  while (!ended.signal.aborted) await host.step().catch(() => pause(10))
  await host.close()
}

/** One more unit of a sku; answers the position of the event. */
const receive = async (sku: string): Promise<bigint> => {
  const onHand = (received.get(sku) ?? 0) + 1
  received.set(sku, onHand)
  const { storedType, data } = encodeEvent({
    type: 'StockReceived',
    data: { at, commandId, quantity: 1, ...levels(onHand) },
  })
  const event = { id: newId(), storedType, data, metadata }
  const result = await log.append(`stock-${sku}@MAIN`, onHand - 2, [event])
  if (result.outcome !== 'appended') throw new Error('nobody else writes here')
  return result.position
}

const projectedUpTo = async (position: bigint): Promise<void> => {
  while (((await checkpointPositions(read.db)).get('stock') ?? -1n) < position) await pause(10)
}

const rebuild = (given: { resume?: boolean; swapAnyway?: boolean; keepOld?: boolean } = {}): Promise<RebuildOutcome> =>
  rebuildReadModel({
    ...read,
    projection: stockProjection,
    follow,
    resume: false,
    swapAnyway: false,
    keepOld: false,
    ...given,
    monotonic: systemTimers.monotonic,
    say: (line) => lines.push(line),
  })

type Level = { readonly sku: string; readonly on_hand: number }

const levelsIn = async (schema = 'public'): Promise<readonly Level[]> =>
  (await read.pool.query<Level>(`select sku, on_hand from ${schema}.stock_levels order by sku`)).rows

const schemas = async (): Promise<readonly string[]> => {
  const { rows } = await read.pool.query<{ name: string }>(
    `select schema_name as name from information_schema.schemata where schema_name ~ '^(rebuild|previous)_'`,
  )
  return rows.map(({ name }) => name)
}

const receiveAll = async (times: number): Promise<bigint> => {
  let last = 0n
  for (let time = 0; time < times; time += 1) for (const sku of skus) last = await receive(sku)
  return last
}

const levelsNow = (): readonly Level[] => skus.map((sku) => ({ sku, on_hand: received.get(sku) ?? 0 }))

test('lesson: replay too slow: given traffic that goes on, when it is rebuilt beside, then the equal rows are swapped in', async () => {
  await projectedUpTo(await receiveAll(200))
  let isOver = false
  const traffic = (async () => {
    let last = 0n
    while (!isOver) last = await receiveAll(1)
    return last
  })()
  const { rows: before } = await read.pool.query(`select 'public.stock_levels'::regclass::oid as table`)
  expect(await rebuild()).toBe('swapped')
  isOver = true
  await projectedUpTo(await traffic)
  expect(lines).toContainEqual(expect.stringMatching(/^stock: every row equals the live one at position \d+$/))
  expect(await levelsIn()).toEqual(levelsNow())
  const { rows: after } = await read.pool.query(`select 'public.stock_levels'::regclass::oid as table`)
  expect(after).not.toEqual(before)
  expect(await schemas()).toEqual([])
})

describe('given a live row that differs from the log', () => {
  beforeEach(async () => {
    await projectedUpTo(await receiveAll(2))
    await read.pool.query(`update stock_levels set on_hand = 7 where sku = 'POT'`)
  })

  test('when it is rebuilt, then the row is shown and nothing is swapped', async () => {
    expect(await rebuild()).toBe('different')
    expect(lines.join('\n')).toMatch(
      /stock_levels differs at position \d+: 1 rows only live, 1 only rebuilt\n {2}live .*"on_hand":7/,
    )
    expect(await levelsIn()).toContainEqual({ sku: 'POT', on_hand: 7 })
    expect(await schemas()).toEqual(['rebuild_stock'])
  })

  test('when the swap is forced, then the row is corrected from the kept rebuild', async () => {
    await rebuild()
    expect(await rebuild({ resume: true, swapAnyway: true })).toBe('swapped')
    expect(lines).toContainEqual(expect.stringMatching(/^stock: built from 0 events/))
    expect(await levelsIn()).toEqual(levelsNow())
  })
})

test('given the old tables are kept, then this command keeps them up to date until it is stopped, and drops them', async () => {
  await projectedUpTo(await receiveAll(2))
  await rebuild({ keepOld: true })
  const stop = new AbortController()
  const feeding = feedOldUntil(stop.signal, { ...read, projection: stockProjection, follow })
  await projectedUpTo(await receiveAll(3))
  while (JSON.stringify(await levelsIn(previousSchema(stockProjection))) !== JSON.stringify(levelsNow()))
    await pause(20)
  await expect(rebuild()).rejects.toThrow('stock is being rebuilt by another command')
  stop.abort()
  await feeding
  expect(await schemas()).toEqual([])
  expect(await rebuild()).toBe('swapped')
})

test('given a stopped read model, when it is swapped, then the host resumes it from there', async () => {
  await projectedUpTo(await receiveAll(1))
  const { head } = await read.store.load('stock', [])
  const stopped = { projection: 'stock', expectedVersion: head.version, position: head.position, stopped: 'a defect' }
  await read.store.commit({ ...stopped, rows: [], parked: [], resumed: [] })
  const last = await receiveAll(2)
  while (!host.status().projections.some((one) => one.stopped !== undefined)) await pause(10)
  expect(await rebuild()).toBe('swapped')
  await projectedUpTo(last)
  expect(await levelsIn()).toEqual(levelsNow())
})

test('given two commands at once, then the second is refused', async () => {
  await projectedUpTo(await receiveAll(1))
  const release = await holdExclusively(read.pool, 'rebuild stock')
  await expect(rebuild()).rejects.toThrow('stock is being rebuilt by another command')
  await release?.()
  expect(await rebuild()).toBe('swapped')
})

test('given an empty read model, then it reports that nothing was projected yet', async () => {
  await expect(rebuild()).rejects.toThrow('stock is empty')
})
