// The stream writer on a log in memory that can lose answers, stop answering, and let others write first.
import { describe, expect, test } from 'vitest'
import type { StockCommand } from '#domain/stock/commands.ts'
import type { EventLog } from '../ports.ts'
import { context, id, platform, receive, reserve, stream, types } from '../testing/stock-writers.ts'
import { NoAnswer } from './errors.ts'

describe('a stream presumed new', () => {
  const presumeNew = { presumeNew: true }
  const reading = () => {
    const reads: number[] = []
    const log = (inner: EventLog): EventLog => ({
      ...inner,
      read: (name, from) => {
        reads.push(from)
        return inner.read(name, from)
      },
    })
    return { reads, ...platform({ log }) }
  }

  test('is not read if it is new', async () => {
    const { reads, memory, writer } = reading()
    await writer.submit(stream, [receive(2)], context, presumeNew)
    expect(reads).toEqual([])
    expect(types(memory)).toEqual(['StockReceived'])
  })

  test('is read and decided again if it is not new', async () => {
    const { reads, memory, writer, createWriter } = reading()
    await writer.submit(stream, [receive(2)], context)
    reads.length = 0
    const { state } = await createWriter().submit(stream, [receive(3)], context, presumeNew)
    expect(reads).toEqual([0])
    expect(state.levels.onHand).toBe(5)
    expect(types(memory)).toEqual(['StockReceived', 'StockReceived'])
  })

  test('is read before an answer that appends nothing', async () => {
    const { reads, writer, createWriter } = reading()
    await writer.submit(stream, [receive(2)], context)
    reads.length = 0
    const { state } = await createWriter().submit(stream, [], context, presumeNew)
    expect(reads).toEqual([0, 1])
    expect(state.levels.onHand).toBe(2)
  })
})

describe('a write', () => {
  test('decides all waiting commands of a stream together and appends once', async () => {
    const appends: number[] = []
    const { writer, memory } = platform({
      log: (log) => ({
        ...log,
        append: (name, expected, events) => {
          appends.push(events.length)
          return log.append(name, expected, events)
        },
      }),
    })
    await writer.submit(stream, [receive(2)], context)

    const answers = await Promise.all([1, 2, 3, 4].map((number) => writer.submit(stream, [reserve(number)], context)))

    expect(answers.flatMap(({ results }) => results).map(({ outcome }) => outcome)).toEqual([
      'accepted',
      'accepted',
      'refused',
      'refused',
    ])
    expect(appends).toEqual([1, 3])
    expect(types(memory)).toEqual(['StockReceived', 'StockReserved', 'StockReserved', 'ReservationsRefused'])
    const refused = memory.all().at(-1)
    expect(
      refused?.type === 'ReservationsRefused' && refused.data.refusals.map(({ reservationId }) => reservationId),
    ).toEqual([id(3), id(4)])
  })

  test('holds no more commands than its bound', async () => {
    const { writer, memory } = platform({ bounds: { commandsMax: 2 } })
    await writer.submit(stream, [receive(5)], context)
    await Promise.all([1, 2, 3, 4, 5].map((number) => writer.submit(stream, [reserve(number)], context)))
    expect(types(memory)).toEqual(['StockReceived', ...Array.from({ length: 5 }, () => 'StockReserved')])
  })

  test('a command that throws fails alone', async () => {
    const { writer, memory } = platform()
    await writer.submit(stream, [receive(5)], context)
    const answers = await Promise.allSettled([
      writer.submit(stream, [reserve(1)], context),
      writer.submit(stream, [{ ...reserve(2), reservationId: 'not an id' } as StockCommand], context),
      writer.submit(stream, [reserve(3)], context),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(types(memory)).toEqual(['StockReceived', 'StockReserved', 'StockReserved'])
  })

  test('an atomic request is appended completely or not at all', async () => {
    const { writer, memory } = platform()
    await writer.submit(stream, [receive(1)], context)
    const {
      results: [refused],
    } = await writer.submit(stream, [reserve(1), reserve(2)], context, { atomic: true })
    expect(refused?.outcome).toBe('refused')
    expect(types(memory)).toEqual(['StockReceived'])
    const {
      results: [answer],
    } = await writer.submit(stream, [reserve(3)], context)
    expect(answer?.outcome).toBe('accepted')
  })
})

describe('an append without an answer', () => {
  test('whose acknowledgement is lost finds its own success when it is repeated', async () => {
    let lose = true
    const { writer, memory, timers, warnings } = platform({
      log: (log) => ({
        ...log,
        append: async (name, expected, events) => {
          const result = await log.append(name, expected, events)
          if (!lose) return result
          lose = false
          throw new Error('connection dropped')
        },
      }),
    })
    const answer = writer.submit(stream, [receive(1)], context)
    await timers.advance(1_000)
    expect((await answer).results[0]?.outcome).toBe('accepted')
    expect(types(memory)).toEqual(['StockReceived'])
    expect(warnings).toHaveLength(1)
  })

  test('to a silent log: its caller gets an unknown outcome, others learn that nothing happened', async () => {
    let silent = true
    const { writer, memory, timers } = platform({
      log: (log) => ({
        ...log,
        append: (name, expected, events) =>
          silent ? new Promise(() => undefined) : log.append(name, expected, events),
      }),
    })
    const inTheWrite = writer.submit(stream, [receive(1)], context).catch((error: unknown) => error)
    await timers.advance(200)
    const behindIt = writer.submit(stream, [receive(2)], context).catch((error: unknown) => error)
    await timers.advance(2_500)
    expect(await inTheWrite).toMatchObject({ code: 'outcome_unknown' })
    expect(await behindIt).toMatchObject({ code: 'unavailable' })
    expect(await behindIt).toBeInstanceOf(NoAnswer)

    silent = false
    await timers.advance(6_000)
    expect(types(memory)).toEqual(['StockReceived'])
    const {
      results: [again],
    } = await writer.submit(stream, [receive(1)], context)
    expect(again?.outcome).toBe('accepted')
    expect(types(memory)).toEqual(['StockReceived'])
  })
})

test('a full queue refuses callers', async () => {
  const { writer, timers } = platform({ bounds: { queueMax: 1 } })
  const first = writer.submit(stream, [receive(1)], context)
  await expect(writer.submit(stream, [receive(2)], context)).rejects.toMatchObject({ code: 'overloaded' })
  await timers.advance(100)
  expect((await first).results[0]?.outcome).toBe('accepted')
})
