// Snapshots on real Postgres, and what a stream writer makes of them: the same decisions, with or without.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EventLog } from '#commands/ports.ts'
import { stockRules } from '#commands/stock-stream.ts'
import { createStreamWriter } from '#commands/stream-writer/writer.ts'
import { createMemoryLog, type MemoryLog } from '#commands/testing/memory-log.ts'
import { createStockFold, stockStateVersion } from '#domain/stock/evolve.ts'
import { createReadDatabase, type TestReadDatabase } from '#projections/testing/read-database.ts'
import { systemTimers } from '../timers.ts'
import { createSnapshots } from './snapshots.ts'

const at = 1_700_000_000_000
const reservation = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const context = { correlationId: reservation(0), causationId: reservation(0), actor: 'test' }

let read: TestReadDatabase
const warnings: string[] = []
beforeAll(async () => {
  read = await createReadDatabase()
})
afterAll(() => read.db.destroy())

const warn = (line: string): void => void warnings.push(line)

/** A writer of another process: it knows nothing but the log and, where given, the snapshots. */
const writerOn = (log: MemoryLog, withSnapshots: boolean) => {
  const readFrom: number[] = []
  const watched: EventLog = {
    ...log,
    read: (stream, from) => {
      readFrom.push(from)
      return log.read(stream, from)
    },
  }
  const ports = { log: watched, logTime: { now: () => at }, timers: systemTimers, random: () => 0, warn }
  const snapshots = withSnapshots ? { snapshots: createSnapshots(read.db, warn) } : {}
  return { writer: createStreamWriter(stockRules, { ...ports, ...snapshots }), readFrom }
}

const reserve = (number: number) =>
  ({
    type: 'ReserveStock',
    commandId: reservation(number),
    reservationId: reservation(number),
    line: 0,
    quantity: 2,
    ttlSeconds: 900,
    final: true,
  }) as const

const givenStream = async (stream: string): Promise<MemoryLog> => {
  const log = createMemoryLog(() => at)
  const { writer } = writerOn(log, false)
  const receive = { type: 'ReceiveStock', commandId: reservation(900), quantity: 5 } as const
  await writer.submit(stream, [receive, reserve(1)], context)
  return log
}

const snapshotOf = async (stream: string, log: MemoryLog) => {
  const fold = createStockFold()
  for await (const page of log.read(stream, 0))
    for (const event of page) if (stockRules.isEvent(event)) fold.apply(event, event.revision)
  const last = log.all().at(-1)
  return { stream, revision: last?.revision ?? -1, position: last?.position ?? 0n, state: fold.snapshot() }
}

/** A hold known already, a new one, and one too many. */
const decide = async (stream: string, log: MemoryLog, withSnapshots: boolean) => {
  const { writer, readFrom } = writerOn(log, withSnapshots)
  const submitted = await writer.submit(stream, [reserve(1), reserve(2), reserve(3)], context)
  return { results: submitted.results, revision: submitted.revision, readFrom: readFrom[0] }
}

const expected = {
  results: [
    { outcome: 'accepted', answer: { kind: 'held', firstExpiresAt: at + 900_000 } },
    { outcome: 'accepted', answer: { kind: 'held', firstExpiresAt: at + 900_000 } },
    { outcome: 'refused', refusal: { code: 'out_of_stock', available: 1 } },
  ],
  revision: 3,
}

describe('a writer makes the same decisions', () => {
  test('from the stream without a snapshot', async () => {
    const log = await givenStream('stock-A@MAIN')
    expect(await decide('stock-A@MAIN', log, true)).toEqual({ ...expected, readFrom: 0 })
  })

  test('from a snapshot, reading only the events after it', async () => {
    const log = await givenStream('stock-B@MAIN')
    const snapshots = createSnapshots(read.db, warn)
    await snapshots.save({ ...(await snapshotOf('stock-B@MAIN', log)), stateVersion: stockStateVersion })
    expect(await decide('stock-B@MAIN', log, true)).toEqual({ ...expected, readFrom: 2 })
  })

  test('if the snapshot has another state version', async () => {
    const log = await givenStream('stock-C@MAIN')
    const snapshots = createSnapshots(read.db, warn)
    await snapshots.save({ ...(await snapshotOf('stock-C@MAIN', log)), stateVersion: stockStateVersion + 1 })
    expect(await decide('stock-C@MAIN', log, true)).toEqual({ ...expected, readFrom: 0 })
  })

  test('if a single bit of the snapshot is damaged', async () => {
    const log = await givenStream('stock-D@MAIN')
    const snapshots = createSnapshots(read.db, warn)
    await snapshots.save({ ...(await snapshotOf('stock-D@MAIN', log)), stateVersion: stockStateVersion })
    const { bytes } = await read.db
      .selectFrom('snapshots')
      .select('bytes')
      .where('stream', '=', 'stock-D@MAIN')
      .executeTakeFirstOrThrow()
    const middle = Math.floor(bytes.length / 2)
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
    await read.db.updateTable('snapshots').set({ bytes }).where('stream', '=', 'stock-D@MAIN').execute()
    expect(await decide('stock-D@MAIN', log, true)).toEqual({ ...expected, readFrom: 0 })
    expect(warnings.pop()).toContain('no snapshot of stock-D@MAIN')
  })
})

test('an older snapshot does not replace a later one', async () => {
  const snapshots = createSnapshots(read.db, warn)
  const snapshot = { stream: 'stock-E@MAIN', position: 9n, stateVersion: 1 }
  await snapshots.save({ ...snapshot, revision: 20, state: { later: true } })
  await snapshots.save({ ...snapshot, revision: 10, state: { later: false } })
  expect(await snapshots.load('stock-E@MAIN', 1)).toEqual({ revision: 20, position: 9n, state: { later: true } })
})

test('without a database there is no snapshot', async () => {
  const gone = await createReadDatabase()
  await gone.db.destroy()
  expect(await createSnapshots(gone.db, warn).load('stock-A@MAIN', 1)).toBeUndefined()
})
