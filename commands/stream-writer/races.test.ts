// Several writers on one stream: one of them is first, the others read its events and decide again.
import { describe, expect, test } from 'vitest'
import type { StockCommand } from '#domain/stock/commands.ts'
import type { ManualTimers } from '../testing/manual-timers.ts'
import { at, context, id, platform, receive, reserve, stream, types } from '../testing/stock-writers.ts'
import { withVisibilityGap } from '../testing/visibility-gap.ts'

/** Two writers on a log whose events become readable only after so many milliseconds. */
const platformWithGap = (milliseconds: number) => {
  const readRevisions: number[] = []
  const parts = platform({
    log: (memory, timers) => {
      const log = withVisibilityGap(memory, milliseconds, timers)
      return {
        ...log,
        read: async function* (name, fromRevision) {
          for await (const page of log.read(name, fromRevision)) {
            readRevisions.push(...page.map(({ revision }) => revision))
            yield page
          }
        },
      }
    },
  })
  return { ...parts, readRevisions, writers: [parts.createWriter(), parts.createWriter()] as const }
}

const settle = async (answer: Promise<unknown>, timers: ManualTimers): Promise<void> => {
  await timers.advance(2_000)
  await answer
}

describe('several writers on one stream', () => {
  test('the one that loses the race reads the new events, decides again, and sells nothing twice', async () => {
    const { memory, timers, createWriter } = platform()
    const [first, second] = [createWriter(), createWriter()]
    await first.submit(stream, [receive(3)], context)
    await second.submit(stream, [reserve(1)], context)

    const answers = Promise.all(
      [10, 11, 12, 13].map((number) => (number % 2 === 0 ? first : second).submit(stream, [reserve(number)], context)),
    )
    await timers.advance(500)

    expect(
      (await answers).flatMap(({ results }) => results).filter(({ outcome }) => outcome === 'accepted'),
    ).toHaveLength(2)
    expect(types(memory).filter((type) => type === 'StockReserved')).toHaveLength(3)
  })

  test('the one that loses the race waits until the events of the winner are readable', async () => {
    const { writers, timers, warnings, readRevisions } = platformWithGap(40)
    const [first, second] = writers
    await settle(first.submit(stream, [receive(10)], context), timers)
    await settle(second.submit(stream, [reserve(1)], context), timers)
    const before = readRevisions.length
    const race = Promise.all([
      first.submit(stream, [reserve(2)], context),
      second.submit(stream, [reserve(3)], context),
    ])
    await timers.advance(500)

    expect((await race).flatMap(({ results }) => results)).toMatchObject([
      { outcome: 'accepted' },
      { outcome: 'accepted' },
    ])
    expect(warnings).toEqual([])
    // Each event of the race is read at most once by each writer: nothing is read again from the start.
    expect(readRevisions.slice(before).filter((revision) => revision < 1)).toEqual([])
  })

  test('a winner whose events do not become readable in time is waited for again, without reading the whole stream', async () => {
    const { writers, timers, warnings, readRevisions } = platformWithGap(1_500)
    const [first, second] = writers
    await settle(first.submit(stream, [receive(10)], context), timers)
    await settle(second.submit(stream, [reserve(1)], context), timers)
    const before = readRevisions.length
    const race = Promise.allSettled([
      first.submit(stream, [reserve(2)], context),
      second.submit(stream, [reserve(3)], context),
    ])
    await timers.advance(6_000)
    await race

    expect(warnings).toContainEqual(expect.stringMatching(/revision 2 cannot be read yet/))
    expect(readRevisions.slice(before).filter((revision) => revision < 1)).toEqual([])
  })

  test('a log that ends before the state of a writer was restored: the stream is read again', async () => {
    const { memory, timers, warnings, createWriter } = platform()
    const writer = createWriter()
    await writer.submit(stream, [receive(3)], context)
    await writer.submit(stream, [reserve(1)], context)
    memory.truncate(stream, 1)
    const answer = writer.submit(stream, [reserve(2)], context)
    await timers.advance(500)
    expect((await answer).results).toMatchObject([{ outcome: 'accepted' }])
    expect(warnings).toEqual([expect.stringContaining('it ends at revision 0, before revision 1 of its state')])
  })

  test('a decision that appends nothing is made on the current log, not on an old state', async () => {
    const { createWriter } = platform()
    const [first, second] = [createWriter(), createWriter()]
    await first.submit(stream, [receive(1)], context)
    await second.submit(stream, [reserve(1)], context)
    const commit: StockCommand = {
      type: 'CommitHold',
      commandId: id(300),
      reservationId: id(1),
      line: 0,
      quantity: 1,
      firstExpiresAt: at + 900_000,
      cause: null,
    }
    // `first` does not know the hold: with its memory alone it would refuse the commit as unknown and append nothing.
    const {
      results: [answer],
    } = await first.submit(stream, [commit], context)
    expect(answer?.outcome).toBe('accepted')
  })
})
