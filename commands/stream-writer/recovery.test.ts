// A stream writer whose memory or snapshots are wrong, or whose log fails.
import { describe, expect, test } from 'vitest'
import type { StockCommand } from '#domain/stock/commands.ts'
import { createStockFold } from '#domain/stock/evolve.ts'
import type { EventLog, Snapshots } from '../ports.ts'
import { stockRules } from '../stock-stream.ts'
import { createManualTimers } from '../testing/manual-timers.ts'
import { createMemoryLog } from '../testing/memory-log.ts'
import { type WriterBounds, writerBounds } from './types.ts'
import { createStreamWriter } from './writer.ts'

const at = 1_800_000_000_000
const stream = 'stock-CUP@MAIN'
const context = { correlationId: 'test', causationId: 'test', actor: 'test' }
const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

const receive = (quantity: number): StockCommand => ({ type: 'ReceiveStock', commandId: id(900 + quantity), quantity })
const reserve = (reservation: number, quantity = 1): StockCommand => ({
  type: 'ReserveStock',
  commandId: id(100 + reservation),
  reservationId: id(reservation),
  line: 0,
  quantity,
  ttlSeconds: 900,
  final: true,
})

type Change = {
  readonly log?: (log: EventLog) => EventLog
  readonly snapshots?: Snapshots
  readonly bounds?: Partial<WriterBounds>
  readonly logTime?: () => number | undefined
}

const platform = () => {
  const memory = createMemoryLog(() => at)
  const timers = createManualTimers()
  const warnings: string[] = []
  let armed = 0
  const counted = {
    ...timers,
    after: (milliseconds: number, run: () => void) => {
      armed += 1
      return timers.after(milliseconds, run)
    },
  }
  const createWriter = (change: Change = {}) =>
    createStreamWriter(
      stockRules,
      {
        log: change.log?.(memory) ?? memory,
        logTime: { now: change.logTime ?? (() => at) },
        timers: counted,
        random: () => 0.5,
        warn: (line: string) => void warnings.push(line),
        ...(change.snapshots === undefined ? {} : { snapshots: change.snapshots }),
      },
      { ...writerBounds, ...change.bounds },
    )
  const types = (): readonly string[] => memory.all().map(({ type }) => type)
  return { memory, timers, warnings, types, createWriter, armed: () => armed }
}

const failed = (answer: Promise<unknown>): Promise<unknown> => answer.catch((error: unknown) => error)

describe('a snapshot', () => {
  const written = async () => {
    const world = platform()
    const writer = world.createWriter()
    await writer.submit(stream, [receive(3)], context)
    await writer.submit(stream, [reserve(1)], context)
    return { ...world, writer }
  }
  const reading =
    (reads: number[]) =>
    (log: EventLog): EventLog => ({
      ...log,
      read: (name, from) => {
        reads.push(from)
        return log.read(name, from)
      },
    })
  const wholeState = async () => {
    const { memory } = await written()
    const fold = createStockFold()
    for (const event of memory.all()) if (stockRules.isEvent(event)) fold.apply(event, event.revision)
    return JSON.parse(JSON.stringify(fold.snapshot())) as unknown
  }

  test('replaces the events before it: only later ones are read', async () => {
    const { createWriter } = await written()
    const reads: number[] = []
    const state = await wholeState()
    const writer = createWriter({
      log: reading(reads),
      snapshots: { load: async () => ({ revision: 1, position: 200n, state }) },
    })
    const { state: seen, revision, position } = await writer.read(stream)
    expect(seen.levels).toMatchObject({ onHand: 3, held: 1 })
    expect({ revision, position }).toEqual({ revision: 1, position: 200n })
    expect(new Set(reads)).toEqual(new Set([2]))
  })

  const unreadable: Readonly<Record<string, Snapshots>> = {
    'is not there': { load: async () => undefined },
    'is of another shape': { load: async () => ({ revision: 1, position: 200n, state: { levels: 'many' } }) },
    'cannot be had': { load: () => Promise.reject(new Error('the database is away')) },
  }
  for (const [name, snapshots] of Object.entries(unreadable))
    test(`that ${name}: the stream is read from its start`, async () => {
      const { createWriter } = await written()
      const reads: number[] = []
      const writer = createWriter({ log: reading(reads), snapshots })
      expect((await writer.read(stream)).state.levels).toMatchObject({ onHand: 3, held: 1 })
      expect(reads[0]).toBe(0)
    })

  test('that is ahead of the log (which was restored) is not used', async () => {
    const { createWriter, timers, types } = await written()
    const state = await wholeState()
    const writer = createWriter({ snapshots: { load: async () => ({ revision: 7, position: 900n, state }) } })
    const answer = writer.submit(stream, [reserve(2)], context)
    await timers.advance(1_000)
    expect((await answer).results[0]?.outcome).toBe('accepted')
    expect(types()).toEqual(['StockReceived', 'StockReserved', 'StockReserved'])
  })
})

describe('a stream that cannot be read', () => {
  const failing = (times: number) => {
    let left = times
    return (log: EventLog): EventLog => ({
      ...log,
      read: (name, from) => {
        left -= 1
        if (left >= 0) throw new Error('connection refused')
        return log.read(name, from)
      },
    })
  }

  test('for a moment: the caller gets an answer', async () => {
    const { createWriter, timers, warnings } = platform()
    const writer = createWriter({ log: failing(2) })
    const answer = writer.submit(stream, [receive(1)], context)
    await timers.advance(1_000)
    expect((await answer).results[0]?.outcome).toBe('accepted')
    expect(warnings).toHaveLength(2)
  })

  test('for longer: nothing is appended, and the next caller is served', async () => {
    const { createWriter, timers, types } = platform()
    const writer = createWriter({ log: failing(9) })
    const answer = failed(writer.submit(stream, [receive(1)], context))
    await timers.advance(2_000)
    expect(await answer).toMatchObject({ code: 'unavailable' })
    await timers.advance(1_000)
    expect(types()).toEqual([])
    expect((await writer.submit(stream, [receive(2)], context)).results[0]?.outcome).toBe('accepted')
    expect(types()).toEqual(['StockReceived'])
  })

  test('callers of a silent load are refused in time, and the load goes on', async () => {
    const { createWriter, timers } = platform()
    const { promise: loaded, resolve: load } = Promise.withResolvers<void>()
    const writer = createWriter({
      log: (log) => ({
        ...log,
        read: async function* (name, from) {
          await loaded
          yield* log.read(name, from)
        },
      }),
    })
    const first = failed(writer.submit(stream, [receive(1)], context))
    await timers.advance(1_000)
    const second = writer.submit(stream, [receive(2)], context)
    await timers.advance(1_000)
    expect(await first).toMatchObject({ code: 'unavailable' })
    expect(writer.waiting()).toBe(1)
    load()
    expect((await second).state.levels.onHand).toBe(2)
  })
})

test('nothing is decided before log time is known', async () => {
  const { createWriter, types } = platform()
  const writer = createWriter({ logTime: () => undefined })
  expect(await failed(writer.submit(stream, [receive(1)], context))).toMatchObject({ code: 'unavailable' })
  expect(types()).toEqual([])
})

describe('time', () => {
  test('an idle writer has no timer', async () => {
    const { createWriter, timers, armed } = platform()
    const writer = createWriter()
    await writer.submit(stream, [receive(1)], context)
    await timers.advance(1_000)
    const before = armed()
    await timers.advance(60_000)
    expect(armed()).toBe(before)
    await writer.submit(stream, [receive(2)], context)
    expect(armed()).toBeGreaterThan(before)
  })

  test('a command whose caller left during a lost race is not decided again', async () => {
    const { createWriter, timers, types } = platform()
    const other = createWriter()
    const { promise: delayed, resolve: go } = Promise.withResolvers<void>()
    let isFirst = true
    const writer = createWriter({
      bounds: { appendMilliseconds: 60_000 },
      log: (log) => ({
        ...log,
        append: async (name, expected, events) => {
          if (isFirst) {
            isFirst = false
            await delayed
          }
          return log.append(name, expected, events)
        },
      }),
    })
    await other.submit(stream, [receive(10)], context)
    const gone = failed(writer.submit(stream, [reserve(1)], context))
    await timers.advance(1_500)
    const waits = writer.submit(stream, [reserve(2)], context)
    await timers.advance(500)
    expect(await gone).toMatchObject({ code: 'outcome_unknown' })
    await other.submit(stream, [reserve(3)], context)
    go()
    expect((await waits).results[0]?.outcome).toBe('accepted')
    expect(types()).toEqual(['StockReceived', 'StockReserved', 'StockReserved'])
  })

  test('an append with an unknown outcome that lost its race is decided again on the current state', async () => {
    const { createWriter, timers, types } = platform()
    const other = createWriter()
    let silent = true
    const writer = createWriter({
      log: (log) => ({
        ...log,
        append: (name, expected, events) =>
          silent ? Promise.reject(new Error('connection dropped')) : log.append(name, expected, events),
      }),
    })
    await other.submit(stream, [receive(1)], context)
    const late = writer.submit(stream, [reserve(1)], context)
    await timers.advance(100)
    await other.submit(stream, [reserve(2)], context)
    silent = false
    await timers.advance(500)
    expect((await late).results).toEqual([{ outcome: 'refused', refusal: { code: 'out_of_stock', available: 0 } }])
    expect(types()).toEqual(['StockReceived', 'StockReserved', 'ReservationsRefused'])
  })
})

test('beyond the bound the least recently used stream is evicted, never one in use', async () => {
  const { createWriter, timers } = platform()
  const loads: string[] = []
  const { promise: held, resolve } = Promise.withResolvers<void>()
  const writer = createWriter({
    bounds: { streamsMax: 2 },
    log: (log) => ({
      ...log,
      append: async (name, ...asked) => {
        if (name === 'stock-A@MAIN') await held
        return log.append(name, ...asked)
      },
      read: (name, from) => {
        if (from === 0) loads.push(name)
        return log.read(name, from)
      },
    }),
  })
  const busy = writer.submit('stock-A@MAIN', [receive(1)], context)
  await timers.advance(10)
  for (const sku of ['B', 'C', 'B']) {
    await writer.submit(`stock-${sku}@MAIN`, [receive(1)], context)
    await timers.advance(1)
  }
  const behind = writer.submit('stock-A@MAIN', [receive(2)], context)
  resolve()
  expect((await busy).state.levels.onHand).toBe(1)
  expect((await behind).state.levels.onHand).toBe(3)
  expect(loads).toEqual(['stock-A@MAIN', 'stock-B@MAIN', 'stock-C@MAIN', 'stock-B@MAIN'])
})
