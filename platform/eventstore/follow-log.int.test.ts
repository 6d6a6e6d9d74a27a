// Following the log through the official client on a real node: history, then what is written, through restarts of the
// node, at the pace of the reader.
import { once } from 'node:events'
import { type EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { encodeEvent } from '#domain/codec.ts'
import { startChildNode } from '#embedded/eventstore/testing/child-fixture.ts'
import { clientOf, givenFolder, givenNode } from '#embedded/eventstore/testing/fixture.ts'
import { pause } from '../timers.ts'
import { createEventLog } from './event-log.ts'
import { type FollowedBatch, type FollowOptions, followLog } from './follow-log.ts'

const at = 1_800_000_000_000
const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const metadata = { $correlationId: 'test', $causationId: 'test', actor: 'test' }

/** Appends events with these numbers to a stream that holds those before them; answers the last one's position. */
const append = async (client: EventStoreDBClient, stream: string, from: number, to: number): Promise<bigint> => {
  const events = Array.from({ length: to - from + 1 }, (_, index) => {
    const commandId = id(from + index)
    const { storedType, data } = encodeEvent({ type: 'ClockTicked', data: { at: at + from + index, commandId } })
    return { id: commandId, storedType, data, metadata }
  })
  const result = await createEventLog(client).append(stream, from - 1, events)
  if (result.outcome !== 'appended') throw new Error('nobody else writes here')
  return result.position
}

/** A reader that ends with the test. */
const given = (client: EventStoreDBClient, options: Partial<Omit<FollowOptions, 'signal' | 'warn'>> = {}) => {
  const ended = new AbortController()
  const warnings: string[] = []
  const warn = (line: string): void => void warnings.push(line)
  const batches = followLog(client, { after: 'start', ...options, signal: ended.signal, warn })
  onTestFinished(() => ended.abort())
  const next = async (): Promise<FollowedBatch> => {
    const { value, done } = await batches.next()
    if (done || !value) throw new Error('the log is no longer followed')
    return value
  }
  /** Batches until so many entries have come. */
  const take = async (count: number): Promise<readonly FollowedBatch[]> => {
    const taken: FollowedBatch[] = []
    for (let entries = 0; entries < count; entries += taken.at(-1)?.entries.length ?? 0) taken.push(await next())
    return taken
  }
  return { batches, next, take, warnings, end: () => ended.abort() }
}

const revisionsOf = (batches: readonly FollowedBatch[]): readonly number[] =>
  batches.flatMap(({ entries }) => entries.map(({ revision }) => revision))
const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('from the start', () => {
  test('history comes in bounded batches, then its end once, then new events live', async () => {
    const client = clientOf(await givenNode())
    for (let first = 0; first < 5_000; first += 1_000) await append(client, 'clock-main', first, first + 999)
    const { next, take } = given(client)
    const history = await take(5_000)
    expect(revisionsOf(history)).toEqual(numbers(0, 4_999))
    expect(Math.max(...history.map(({ entries }) => entries.length))).toBeLessThanOrEqual(2_000)
    expect(history.some(({ live }) => live)).toBe(false)
    const last = history.at(-1)?.entries.at(-1)?.position
    expect(await next()).toEqual({ entries: [], live: true, position: last })
    const position = await append(client, 'clock-main', 5_000, 5_000)
    expect(await next()).toMatchObject({ entries: [{ revision: 5_000, type: 'ClockTicked' }], live: true, position })
  })

  test('an empty log is live at once, with no position', async () => {
    const { next } = given(clientOf(await givenNode()))
    expect(await next()).toEqual({ entries: [], live: true, position: undefined })
  })

  test('streams are selected by prefix', async () => {
    const client = clientOf(await givenNode())
    await append(client, 'clock-main', 0, 0)
    await append(client, 'order-1', 0, 1)
    await append(client, 'clock-other', 0, 0)
    const { take } = given(client, { streamPrefixes: ['order-'] })
    const entries = (await take(2)).flatMap((batch) => batch.entries)
    expect(entries.map(({ stream }) => stream)).toEqual(['order-1', 'order-1'])
  })
})

test('from a position, only later events are delivered', async () => {
  const client = clientOf(await givenNode())
  const position = await append(client, 'clock-main', 0, 4)
  await append(client, 'clock-main', 5, 9)
  expect(revisionsOf(await given(client, { after: position }).take(5))).toEqual(numbers(5, 9))
})

test('from the end, only new events are delivered', async () => {
  const client = clientOf(await givenNode())
  await append(client, 'clock-main', 0, 4)
  const { next, take } = given(client, { after: 'end' })
  expect(await next()).toMatchObject({ entries: [], live: true })
  await append(client, 'clock-main', 5, 6)
  expect(revisionsOf(await take(2))).toEqual([5, 6])
})

test('an unreadable event is delivered with its position and the reason, and later events follow', async () => {
  const client = clientOf(await givenNode())
  await append(client, 'clock-main', 0, 0)
  await client.appendToStream('stock-A@MAIN', jsonEvent({ type: 'StockMelted.v9', data: {} }))
  await client.appendToStream('clock-other', jsonEvent({ type: 'ClockTicked.v1', data: { at, commandId: id(1) } }))
  await append(client, 'clock-main', 1, 1)
  const entries = (await given(client).take(4)).flatMap((batch) => batch.entries)
  const place = { revision: 0, position: expect.any(BigInt), created: expect.any(Number) }
  expect(entries[1]).toEqual({
    ...place,
    stream: 'stock-A@MAIN',
    storedType: 'StockMelted.v9',
    problem: 'unknown event type StockMelted.v9',
  })
  expect(entries[2]).toMatchObject({ stream: 'clock-other', problem: 'its metadata are not readable' })
  expect(entries[3]).toMatchObject({ stream: 'clock-main', revision: 1, type: 'ClockTicked' })
})

test('lesson: lost events: after the node was killed and restarted, a reader resumes where it stopped, without duplicates or gaps', async () => {
  const folder = givenFolder()
  const node = await startChildNode(['--data', folder])
  await append(clientOf(node), 'clock-main', 0, 9)
  const { take, warnings } = given(clientOf(node))
  expect(revisionsOf(await take(10))).toEqual(numbers(0, 9))
  node.child.kill('SIGKILL')
  await once(node.child, 'close')
  const back = await startChildNode(['--data', folder, '--port', String(node.port)])
  await append(clientOf(back), 'clock-main', 10, 19)
  expect(revisionsOf(await take(10))).toEqual(numbers(10, 19))
  expect(warnings).toContainEqual(expect.stringMatching(/^the log cannot be followed \(.+\): trying again$/))
})

test('a signal ends it, even while nothing is written', async () => {
  const { batches, next, end } = given(clientOf(await givenNode()))
  await next()
  const waiting = batches.next()
  end()
  expect(await waiting).toEqual({ value: undefined, done: true })
})

test('a slow reader gets backpressure: few events wait in memory, and none is lost', async () => {
  const client = clientOf(await givenNode())
  for (let first = 0; first < 30_000; first += 1_000) await append(client, 'clock-main', first, first + 999)
  const subscribed = vi.spyOn(client, 'subscribeToAll')
  const { next, take } = given(client)
  const first = await next()
  expect(await settled(() => subscribed.mock.results[0]?.value.readableLength)).toBeLessThanOrEqual(4_000)
  expect(revisionsOf([first, ...(await take(30_000 - first.entries.length))])).toEqual(numbers(0, 29_999))
})

/** A figure that has stopped changing. */
const settled = async (figure: () => number): Promise<number> => {
  for (let before = figure(); ; ) {
    await pause(200)
    const now = figure()
    if (now === before) return now
    before = now
  }
}
