// Appends that the event store refuses for good. They may not stop their stream.
import { describe, expect, test } from 'vitest'
import type { AppendRefusal, AppendResult, EventLog, EventToAppend } from '../ports.ts'
import { context, id, platform, receive, reserve, stream, types } from '../testing/stock-writers.ts'

const refused = (reason: AppendRefusal): AppendResult => ({ outcome: 'refused', reason, message: 'because' })

/** A log that refuses the appends for which `reasonOf` has a reason. */
const refusing =
  (reasonOf: (events: readonly EventToAppend[]) => AppendRefusal | undefined) =>
  (log: EventLog): EventLog => ({
    ...log,
    append: async (name, expected, events) => {
      const reason = reasonOf(events)
      return reason === undefined ? log.append(name, expected, events) : refused(reason)
    },
  })

const isReservation = ({ storedType }: EventToAppend): boolean => storedType.startsWith('StockReserved')

describe('an append that is too large', () => {
  test('is split until it fits', async () => {
    const { writer, memory, warnings } = platform({
      log: refusing((events) => (events.length > 3 ? 'too_large' : undefined)),
    })
    await writer.submit(stream, [receive(100)], context)
    const numbers = Array.from({ length: 20 }, (_, index) => index + 1)
    const answers = await Promise.all(numbers.map((number) => writer.submit(stream, [reserve(number)], context)))
    expect(answers.flatMap(({ results }) => results.map(({ outcome }) => outcome))).toEqual(
      numbers.map(() => 'accepted'),
    )
    expect(types(memory).filter((type) => type === 'StockReserved')).toHaveLength(20)
    expect(warnings).toEqual([])
  })

  test('and has one request fails that request; the stream goes on', async () => {
    const { writer, warnings } = platform({ log: refusing((events) => (events.length > 1 ? 'too_large' : undefined)) })
    await writer.submit(stream, [receive(100)], context)
    const both = writer.submit(stream, [reserve(1), reserve(2)], context)
    await expect(both).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('too_large') })
    expect((await writer.submit(stream, [reserve(3)], context)).results).toMatchObject([{ outcome: 'accepted' }])
    expect(warnings).toEqual([`the event store refuses an append to ${stream} (too_large): because`])
  })
})

test.each<AppendRefusal>(['access_denied', 'stream_deleted', 'invalid'])(
  'an append that is refused as %s fails its commands at once; later ones are tried',
  async (reason) => {
    let isRefusing = true
    const { writer, timers, memory } = platform({
      log: refusing((events) => (isRefusing && events.some(isReservation) ? reason : undefined)),
    })
    await writer.submit(stream, [receive(100)], context)
    const failed = Promise.allSettled([1, 2].map((number) => writer.submit(stream, [reserve(number)], context)))
    await timers.advance(10)
    const failure = { status: 'rejected', reason: { code: 'unavailable' } }
    expect(await failed).toMatchObject([failure, failure])
    isRefusing = false
    expect((await writer.submit(stream, [reserve(1)], context)).results).toMatchObject([{ outcome: 'accepted' }])
    expect(types(memory)).toEqual(['StockReceived', 'StockReserved'])
  },
)

test('a refusal after an attempt without an answer leaves the outcome unknown', async () => {
  let attempts = 0
  const { writer, timers, memory } = platform({
    log: (log) => ({
      ...log,
      append: async (name, expected, events) => {
        if (!events.some(isReservation)) return log.append(name, expected, events)
        attempts += 1
        if (attempts > 1) return refused('access_denied')
        await log.append(name, expected, events)
        throw new Error('connection dropped')
      },
    }),
  })
  await writer.submit(stream, [receive(100)], context)
  const answer = writer.submit(stream, [reserve(1)], context).catch((error: unknown) => error)
  await timers.advance(1_000)
  expect(await answer).toMatchObject({ code: 'outcome_unknown' })
  // The stream is read again, so a retry finds what the first attempt appended.
  expect((await writer.submit(stream, [reserve(1)], context)).results).toMatchObject([{ outcome: 'accepted' }])
  expect(types(memory)).toEqual(['StockReceived', 'StockReserved'])
})

test('no append is larger than newer event stores accept, not even at an expiry wave', async () => {
  const outcomes: string[] = []
  const { createWriter, memory, moveLogTime } = platform({
    log: (log) => ({
      ...log,
      append: async (...asked) => {
        const result = await log.append(...asked)
        outcomes.push(result.outcome)
        return result
      },
    }),
  })
  const writer = createWriter()
  await writer.submit(stream, [receive(2_000)], context)
  const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)
  await Promise.all(numbers(1, 2_000).map((number) => writer.submit(stream, [reserve(number)], context)))
  moveLogTime(901_000)
  const long = { ...context, correlationId: id(1), causationId: id(2), actor: `storefront:${'x'.repeat(60)}` }
  const answers = await Promise.all(
    numbers(5_000, 500).map((number) => writer.submit(stream, [reserve(number, 4)], long)),
  )
  expect(answers.flatMap(({ results }) => results.map(({ outcome }) => outcome))).toEqual(Array(500).fill('accepted'))
  expect(types(memory).filter((type) => type === 'ReservationExpired').length).toBeGreaterThan(0)
  expect(new Set(outcomes)).toEqual(new Set(['appended']))
})
