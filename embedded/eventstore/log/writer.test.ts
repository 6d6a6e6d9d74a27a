import { expect, onTestFinished, test } from 'vitest'
import type { ExpectedRevision } from './append-decision.ts'
import { createCommitFeed } from './commit-feed.ts'
import type { ProposedEvent } from './record.ts'
import { openStorage, type Storage } from './storage.ts'
import { type AppendOutcome, createWriter } from './writer.ts'

const anEvent = (number: number): ProposedEvent => ({
  id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  type: 'Happened',
  contentType: 'application/json',
  data: Buffer.from('{}'),
  metadata: new Uint8Array(),
})

/** A log in memory whose disk can be filled: then the commit fails as SQLite's does on a full disk. */
const givenWriter = () => {
  const disk = { isFull: false, commits: 0 }
  const lines: string[] = []
  const real = openStorage('memory')
  onTestFinished(() => real.close())
  const storage: Storage = {
    ...real,
    commit: () => {
      disk.commits += 1
      if (disk.isFull) throw Object.assign(new Error('database or disk is full'), { errcode: 13 })
      real.commit()
    },
  }
  const writer = createWriter({ storage, feed: createCommitFeed(), clock: () => 1, log: (line) => lines.push(line) })
  const append = (stream: string, expected: ExpectedRevision, ids: readonly number[]): Promise<AppendOutcome> =>
    new Promise((resolve) => writer.append({ stream, expected, events: ids.map(anEvent) }, resolve))
  return { disk, storage, writer, append, lines }
}

const noStream: ExpectedRevision = { kind: 'no_stream' }
const exact = (revision: bigint): ExpectedRevision => ({ kind: 'exact', revision })
const kinds = (outcomes: readonly AppendOutcome[]) => outcomes.map(({ kind }) => kind)

test('appends that arrive together share one commit and each gets its own answer', async () => {
  const { append, disk } = givenWriter()
  const outcomes = await Promise.all([
    append('a', noStream, [1]),
    append('a', exact(0n), [2, 3]),
    append('a', exact(0n), [4]),
    append('b', noStream, [5]),
  ])
  expect(kinds(outcomes)).toEqual(['appended', 'appended', 'wrong_expected_revision', 'appended'])
  expect(outcomes[1]).toMatchObject({ revision: 2 })
  expect(outcomes[2]).toEqual({ kind: 'wrong_expected_revision', current: 2 })
  expect(disk.commits).toBe(1)
})

test('on a full disk appends fail and write nothing; they succeed again once there is space', async () => {
  const { append, disk, storage, lines } = givenWriter()
  await append('a', noStream, [1])
  disk.isFull = true
  const failed = await Promise.all([append('a', exact(0n), [2, 3]), append('new', noStream, [4])])
  expect(kinds(failed)).toEqual(['disk_full', 'disk_full'])
  expect(storage.readPage({ kind: 'all', direction: 'forwards', from: 0, withStream: false }, 10).events).toHaveLength(
    1,
  )
  disk.isFull = false
  const retried = await Promise.all([append('a', exact(0n), [2, 3]), append('new', noStream, [4])])
  expect(retried).toMatchObject([{ revision: 2 }, { revision: 0 }])
  const page = storage.readPage({ kind: 'all', direction: 'forwards', from: 0, withStream: true }, 10)
  expect(page.events.map(({ stream, revision }) => `${revision}@${stream}`)).toEqual(['0@a', '1@a', '2@a', '0@new'])
  expect(lines).toEqual(['Commits fail: database or disk is full', 'Commits succeed again.'])
})

test('a failed append with any is not taken for a retry afterwards', async () => {
  const { append, disk } = givenWriter()
  await append('a', { kind: 'any' }, [1])
  disk.isFull = true
  await append('a', { kind: 'any' }, [2])
  disk.isFull = false
  expect(await append('a', { kind: 'any' }, [2])).toMatchObject({ kind: 'appended', revision: 1 })
})

test('stop answers the queued appends and refuses new ones', async () => {
  const { append, writer } = givenWriter()
  const queued = append('a', noStream, [1])
  writer.stop()
  expect(await queued).toMatchObject({ kind: 'appended', revision: 0 })
  expect(await append('a', exact(0n), [2])).toMatchObject({ kind: 'stopping' })
})
