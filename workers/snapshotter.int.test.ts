// The snapshotter on a real node and Postgres: a long stream gets a snapshot equal to its fold, a short one gets none.
import { expect, test } from 'vitest'
import { stockRules } from '#commands/stock-stream.ts'
import { encodeEvent } from '#domain/codec.ts'
import { createStockFold } from '#domain/stock/evolve.ts'
import { derivedId } from '#domain/values/ids.ts'
import { createSnapshots } from '#platform/postgres/snapshots.ts'
import { stockProjection } from '#projections/stock/apply.ts'
import { createSnapshotter, snapshotEvents } from './snapshotter.ts'
import { givenPlatform, type TestPlatform } from './testing/platform.ts'

const at = 1_700_000_000_000
const eventsAtOnce = 1_000
const metadata = { $correlationId: derivedId('test'), $causationId: derivedId('test'), actor: 'test' }

const received = (stream: string, revision: number) => {
  const commandId = derivedId(stream, revision)
  const levels = { onHandAfter: revision + 1, heldAfter: 0, committedAfter: 0 }
  const { storedType, data } = encodeEvent({ type: 'StockReceived', data: { at, commandId, quantity: 1, ...levels } })
  return { id: commandId, storedType, data, metadata }
}

const givenStock = async (sku: string, from: number, to: number, { log, read }: TestPlatform): Promise<void> => {
  const stream = `stock-${sku}@MAIN`
  for (let revision = from; revision < to; revision += eventsAtOnce) {
    const length = Math.min(eventsAtOnce, to - revision)
    const events = Array.from({ length }, (_, index) => received(stream, revision + index))
    await log.append(stream, revision - 1, events)
  }
  for await (const page of log.read(stream, from)) await read.project(stockProjection, page)
}

test('a long stream gets a snapshot, and another one after as many events again', async () => {
  const platform = await givenPlatform()
  const { read, log, lease } = platform
  const snapshots = createSnapshots(read.db, () => undefined)
  const snapshotter = createSnapshotter({ lease: lease('snapshots'), db: read.db, log, snapshots })
  const stored = () => read.db.selectFrom('snapshots').select(['stream', 'revision']).execute()

  await givenStock('SHORT', 0, snapshotEvents - 1, platform)
  await givenStock('LONG', 0, snapshotEvents, platform)
  await snapshotter.step()
  expect(await stored()).toEqual([{ stream: 'stock-LONG@MAIN', revision: snapshotEvents - 1 }])

  await givenStock('LONG', snapshotEvents, snapshotEvents + 5, platform)
  await snapshotter.step()
  expect(await stored()).toEqual([{ stream: 'stock-LONG@MAIN', revision: snapshotEvents - 1 }])

  await givenStock('LONG', snapshotEvents + 5, 2 * snapshotEvents, platform)
  await snapshotter.step()
  await snapshotter.close()
  expect(await stored()).toEqual([{ stream: 'stock-LONG@MAIN', revision: 2 * snapshotEvents - 1 }])

  const fold = createStockFold()
  for await (const page of log.read('stock-LONG@MAIN', 0))
    for (const event of page) if (stockRules.isEvent(event)) fold.apply(event, event.revision)
  const loaded = await snapshots.load('stock-LONG@MAIN', stockRules.stateVersion)
  expect(loaded?.state).toEqual(fold.snapshot())
})
