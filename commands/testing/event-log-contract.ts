import { describe, expect, test } from 'vitest'
import { encodeEvent } from '#domain/codec.ts'
import type { EventMetadata, RecordedEvent } from '#domain/events.ts'
import type { EventLog, EventToAppend } from '../ports.ts'

// The contract of an event log. Every implementation runs this suite, so that the one in memory is as strict as the real one.

export type LogUnderTest = {
  readonly log: EventLog
  /** Stores an event without the codec, like another release or another program could. */
  readonly appendForeign: (stream: string, storedType: string, data: object) => Promise<void>
}

/** More than the stream writer writes at once (512 KiB), and several pages. */
const bigAppend = { events: 1_100, reasonLength: 480 }
/** More than the megabyte that an event store accepts at once. */
const tooBigAppend = { events: 3_000, reasonLength: 480 }

const at = 1_800_000_000_000
const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const metadata: EventMetadata = { $correlationId: 'order-1', $causationId: 'command-1', actor: 'staff:ada' }

/** An event whose id derives from the number: the same number again is a retry. */
const anEvent = (number: number, more: Partial<EventMetadata> = {}, reason = `reason ${number}`): EventToAppend => {
  const { storedType, data } = encodeEvent({
    type: 'ProductDiscontinued',
    data: { at: at + number, commandId: id(number), reason },
  })
  return { id: id(number), storedType, data, metadata: { ...metadata, ...more } }
}

const events = (from: number, to: number): readonly EventToAppend[] =>
  Array.from({ length: to - from + 1 }, (_, index) => anEvent(from + index))

const longEvents = ({ events: count, reasonLength }: typeof bigAppend): readonly EventToAppend[] =>
  Array.from({ length: count }, (_, index) => anEvent(index + 1, {}, 'x'.repeat(reasonLength)))

const pagesOf = async (log: EventLog, stream: string, from = 0): Promise<ReadonlyArray<readonly RecordedEvent[]>> => {
  const pages: Array<readonly RecordedEvent[]> = []
  for await (const page of log.read(stream, from)) pages.push(page)
  return pages
}
const read = async (log: EventLog, stream: string, from = 0): Promise<readonly RecordedEvent[]> =>
  (await pagesOf(log, stream, from)).flat()

/** "revision:number" of each event. */
const placesIn = async (log: EventLog, stream: string, from = 0): Promise<readonly string[]> =>
  (await read(log, stream, from)).map(({ revision, id: eventId }) => `${revision}:${Number(eventId.slice(-12))}`)

const conflictAt = (current: number) => ({ outcome: 'conflict', current })
const appended = { outcome: 'appended', position: expect.any(BigInt) }

/** `open` must give an empty log for each test. */
export const describeEventLog = (open: () => Promise<LogUnderTest>): void => {
  const given = async (count = 0) => {
    const { log, appendForeign } = await open()
    if (count > 0) expect(await log.append('product-A', -1, events(1, count))).toEqual(appended)
    return { log, appendForeign }
  }

  describe('appending at an expected revision', () => {
    test('begins a stream, and goes on after its last event', async () => {
      const { log } = await given(2)
      expect(await log.append('product-A', 1, events(3, 4))).toEqual(appended)
      expect(await placesIn(log, 'product-A')).toEqual(['0:1', '1:2', '2:3', '3:4'])
    })

    test.each([
      { name: 'a stream that exists already', expected: -1 },
      { name: 'a revision that was passed', expected: 0 },
      { name: 'a revision that was not reached', expected: 2 },
    ])('is a conflict for $name, and nothing of it is stored', async ({ expected }) => {
      const { log } = await given(2)
      expect(await log.append('product-A', expected, events(8, 9))).toEqual(conflictAt(1))
      expect(await placesIn(log, 'product-A')).toEqual(['0:1', '1:2'])
    })

    test('is a conflict for a stream that does not exist, where one is expected', async () => {
      const { log } = await given()
      expect(await log.append('product-A', 0, events(1, 1))).toEqual(conflictAt(-1))
      expect(await read(log, 'product-A')).toEqual([])
    })

    test('lets exactly one of many rivals through', async () => {
      const { log } = await given(1)
      const rivals = Array.from({ length: 20 }, (_, index) => log.append('product-A', 0, [anEvent(100 + index)]))
      const outcomes = (await Promise.all(rivals)).map(({ outcome }) => outcome)
      expect(outcomes.filter((outcome) => outcome === 'appended')).toHaveLength(1)
      expect(await read(log, 'product-A')).toHaveLength(2)
    })

    test('leaves other streams alone', async () => {
      const { log } = await given(2)
      expect(await log.append('product-B', -1, events(5, 5))).toEqual(appended)
      expect(await placesIn(log, 'product-A')).toEqual(['0:1', '1:2'])
      expect(await placesIn(log, 'product-B')).toEqual(['0:5'])
    })
  })

  describe('appending again', () => {
    test('the same events at the same revision is the same append, with its position', async () => {
      const { log } = await given(1)
      const first = await log.append('product-A', 0, events(2, 4))
      expect(await log.append('product-A', 0, events(2, 4))).toEqual(first)
      expect(await placesIn(log, 'product-A')).toEqual(['0:1', '1:2', '2:3', '3:4'])
    })

    test('is recognised also after others have gone on', async () => {
      const { log } = await given(3)
      expect(await log.append('product-A', 2, events(4, 6))).toEqual(appended)
      expect(await log.append('product-A', -1, events(1, 3))).toEqual(appended)
      expect(await read(log, 'product-A')).toHaveLength(6)
    })

    test.each([
      { name: 'whose first event is another', again: [anEvent(9), anEvent(3)] },
      { name: 'of which only the first was stored', again: [anEvent(2), anEvent(9)] },
      { name: 'which goes on after what was stored', again: [anEvent(2), anEvent(3), anEvent(4)] },
      { name: 'in another order', again: [anEvent(3), anEvent(2)] },
    ])('events $name is a conflict', async ({ again }) => {
      const { log } = await given(1)
      expect(await log.append('product-A', 0, events(2, 3))).toEqual(appended)
      expect(await log.append('product-A', 0, again)).toEqual(conflictAt(2))
      expect(await placesIn(log, 'product-A')).toEqual(['0:1', '1:2', '2:3'])
    })

    test('the same events at another revision is a conflict', async () => {
      const { log } = await given(3)
      expect(await log.append('product-A', 0, events(1, 2))).toEqual(conflictAt(2))
      expect(await read(log, 'product-A')).toHaveLength(3)
    })
  })

  describe('reading', () => {
    test('answers what was appended: data, metadata, id and place', async () => {
      const { log } = await given()
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
      await log.append('product-A', -1, [anEvent(1, { traceparent, occurredAt: at - 86_400_000 }, 'naïve — 日本 🫖')])
      expect(await read(log, 'product-A')).toEqual([
        {
          type: 'ProductDiscontinued',
          data: { at: at + 1, commandId: id(1), reason: 'naïve — 日本 🫖' },
          metadata: { ...metadata, traceparent, occurredAt: at - 86_400_000 },
          id: id(1),
          stream: 'product-A',
          revision: 0,
          position: expect.any(BigInt),
          created: expect.any(Number),
        },
      ])
    })

    test('begins at a revision, and has nothing past the end or of a missing stream', async () => {
      const { log } = await given(5)
      expect(await placesIn(log, 'product-A', 3)).toEqual(['3:4', '4:5'])
      expect(await pagesOf(log, 'product-A', 5)).toEqual([])
      expect(await pagesOf(log, 'product-B')).toEqual([])
    })

    test('has positions that grow over all streams; the last one is the answer of its append', async () => {
      const { log } = await given(2)
      const other = await log.append('product-B', -1, events(11, 12))
      const last = await log.append('product-A', 1, events(3, 4))
      const [a, b] = [await read(log, 'product-A'), await read(log, 'product-B')]
      const inOrder = [...a.slice(0, 2), ...b, ...a.slice(2)].map(({ position }) => position)
      expect(inOrder).toEqual([...new Set(inOrder)].sort((one, two) => (one < two ? -1 : 1)))
      expect(other).toEqual({ outcome: 'appended', position: b.at(-1)?.position })
      expect(last).toEqual({ outcome: 'appended', position: a.at(-1)?.position })
    })

    test('has times that never go back', async () => {
      const { log } = await given(1)
      for (let number = 2; number <= 10; number += 1) await log.append('product-A', number - 2, [anEvent(number)])
      const moments = (await read(log, 'product-A')).map(({ created }) => created)
      expect(moments).toEqual(moments.toSorted((one, two) => one - two))
    })

    test('hands a long stream out in pages', async () => {
      const { log } = await given(1_100)
      const pages = await pagesOf(log, 'product-A', 50)
      expect(pages.length).toBeGreaterThan(1)
      expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(500)
      expect(pages.flat().map(({ revision }) => revision)).toEqual(Array.from({ length: 1_050 }, (_, nth) => nth + 50))
    })

    test('can be left before its end', async () => {
      const { log } = await given(1_100)
      for await (const [first] of log.read('product-A', 0)) {
        expect(first?.revision).toBe(0)
        break
      }
      expect(await log.append('product-A', 1_099, [anEvent(2_000)])).toEqual(appended)
    })

    test.each([
      { name: 'a type that this release does not know', storedType: 'ProductMelted.v9', data: {} },
      { name: 'data that break their schema', storedType: 'ProductDiscontinued.v1', data: { reason: 7 } },
    ])('rejects at $name, never passes over it', async ({ storedType, data }) => {
      const { log, appendForeign } = await given(1)
      await appendForeign('product-A', storedType, data)
      await expect(read(log, 'product-A')).rejects.toThrow(storedType)
    })
  })

  test('a big append is stored whole, in its order', async () => {
    const { log } = await given()
    const big = longEvents(bigAppend)
    expect(await log.append('product-A', -1, big)).toEqual(appended)
    expect((await read(log, 'product-A')).map((event) => event.id)).toEqual(big.map((event) => event.id))
    expect(await log.append('product-A', -1, big)).toEqual(appended)
    expect(await log.append('product-A', -1, big.toSpliced(-1, 1, anEvent(9_999)))).toEqual(
      conflictAt(bigAppend.events - 1),
    )
    expect(await read(log, 'product-A')).toHaveLength(bigAppend.events)
  })

  test('an append beyond a megabyte is refused, and nothing of it is stored', async () => {
    const { log } = await given(1)
    const refused = await log.append('product-A', 0, longEvents(tooBigAppend))
    expect(refused).toMatchObject({ outcome: 'refused', reason: 'too_large' })
    expect(await placesIn(log, 'product-A')).toEqual(['0:1'])
  })
}
