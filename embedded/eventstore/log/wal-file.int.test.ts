// A crash may cut the last write short at any byte, and a disk may damage what was written long ago. The first must lose
// nothing acknowledged, be repaired and be told; the second must be refused. Both are made here from the files of a log that
// was never closed, taken after each of a few commits, so that the end of every acknowledged write is known.
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { givenFolder } from '../testing/fixture.ts'
import { openStorage } from './storage.ts'

const frameBytes = 24 + 8_192
const eventBytes = 5_000
const commitCount = 4
const eventsPerCommit = 3

type Crashed = {
  readonly database: Buffer
  readonly wal: Buffer
  /** Where each commit ends in the write-ahead log. */
  readonly ends: readonly number[]
}

/** Each commit is a few frames long. */
const givenCrash = (): Crashed => {
  const folder = givenFolder()
  const storage = openStorage(folder)
  onTestFinished(() => storage.close())
  const wal = path.join(folder, 'events.db-wal')
  const ends: number[] = []
  const streamId = storage.addStream('a')
  for (let revision = 0; revision < commitCount * eventsPerCommit; revision += 1) {
    if (revision % eventsPerCommit === 0) storage.begin()
    const { position } = storage.end()
    const response = Buffer.alloc(eventBytes, revision + 1)
    storage.addEvent({ position, stream: 'a', streamId, revision, id: String(revision), type: 'Happened', response })
    if (revision % eventsPerCommit !== eventsPerCommit - 1) continue
    storage.commit()
    ends.push(statSync(wal).size)
  }
  return { database: readFileSync(path.join(folder, 'events.db')), wal: readFileSync(wal), ends }
}

let opened = 0

/** Starts on the files and says what is there: the commits found whole, or why it refuses. */
const start = (database: Buffer, wal: Buffer) => {
  opened += 1
  const folder = path.join(givenFolder(), String(opened))
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'events.db'), database)
  writeFileSync(path.join(folder, 'events.db-wal'), wal)
  const lines: string[] = []
  try {
    const storage = openStorage(folder, (line) => lines.push(line.replace(folder, '')))
    const page = storage.readPage({ kind: 'all', direction: 'forwards', from: 0, withStream: false }, 100)
    storage.close()
    const isWhole = page.events.every(({ response }, index) => response.equals(Buffer.alloc(eventBytes, index + 1)))
    return { commits: isWhole ? page.events.length / eventsPerCommit : 'torn', lines, folder }
  } catch (error) {
    return { refusal: error instanceof Error ? error.message.replace(folder, '') : error, lines, folder }
  }
}

const bytesDiscarded = (bytes: number) =>
  bytes === 0 ? [] : [`/events.db: discarded ${bytes} bytes of an unfinished write`]

test('a log that is cut off anywhere keeps every commit before the cut, and reports what it discarded', () => {
  const { database, wal, ends } = givenCrash()
  const [first = 0] = ends
  // Every byte of a frame's header, some of its page, each frame's ends, and all of it again in the next commits.
  const within = [0, 1, 3, 4, 7, 8, 15, 16, 20, 23, 24, 25, 1_000, 4_096 + 24, frameBytes - 1]
  const frames = Array.from({ length: (wal.length - 32) / frameBytes }, (_, index) => 32 + index * frameBytes)
  const cuts = frames.flatMap((frame) => within.map((offset) => frame + offset)).filter((cut) => cut >= first)
  expect(cuts.length).toBeGreaterThan(100)
  for (const cut of [...cuts, wal.length]) {
    const commits = ends.filter((end) => end <= cut).length
    const discarded = cut - (ends[commits - 1] ?? 0)
    expect(start(database, wal.subarray(0, cut)), `cut at ${cut}`).toMatchObject({
      commits,
      lines: bytesDiscarded(discarded),
    })
  }
})

test('a log with a cut off header is empty', () => {
  const { database, wal } = givenCrash()
  for (const cut of [1, 16, 31])
    expect(start(database, wal.subarray(0, cut))).toMatchObject({ commits: 0, lines: bytesDiscarded(cut) })
})

const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(at) ^ 0x10, at)
  return copy
}

test('a damaged last write is discarded as a whole', () => {
  const { database, wal, ends } = givenCrash()
  const [end = 0, last = 0] = ends.slice(-2)
  for (let at = end; at < last; at += 997) {
    expect(start(database, flipped(wal, at)), `byte ${at}`).toMatchObject({ commits: commitCount - 1 })
  }
})

test('damage before the last write is refused, and the files are left as they are', () => {
  const { database, wal, ends } = givenCrash()
  const [end = 0] = ends.slice(-2)
  const inHeader = [0, 5, 9, 13, 17, 20, 25, 30]
  const inFrames = Array.from({ length: 60 }, (_, index) => 32 + Math.floor((index * (end - 32 - frameBytes)) / 60))
  for (const at of [...inHeader, ...inFrames]) {
    const damaged = flipped(wal, at)
    const { refusal, folder } = start(database, damaged)
    expect(refusal, `byte ${at}`).toBe(
      '/events.db-wal is damaged or not a log of this event store; restore it from a backup or choose another folder.',
    )
    expect(readFileSync(path.join(folder, 'events.db-wal')).equals(damaged)).toBe(true)
    expect(readFileSync(path.join(folder, 'events.db')).equals(database)).toBe(true)
  }
})

test('frames of an older generation after the last write are not reported as damage', () => {
  const folder = givenFolder()
  const { database, wal } = givenCrash()
  writeFileSync(path.join(folder, 'events.db'), database)
  writeFileSync(path.join(folder, 'events.db-wal'), wal)
  const storage = openStorage(folder)
  onTestFinished(() => storage.close())
  // More than fits before a checkpoint: then the log is begun anew over its old frames.
  const streamId = storage.streamId('a') ?? 0
  const older = Array.from({ length: 300 }, (_, index) => commitCount * eventsPerCommit + index)
  for (const revision of older) {
    storage.begin()
    const { position } = storage.end()
    const response = Buffer.alloc(100_000, revision)
    storage.addEvent({ position, stream: 'a', streamId, revision, id: String(revision), type: 'Happened', response })
    storage.commit()
  }
  const copy = path.join(givenFolder(), 'copy')
  mkdirSync(copy)
  for (const file of ['events.db', 'events.db-wal']) copyFileSync(path.join(folder, file), path.join(copy, file))
  const lines: string[] = []
  const restarted = openStorage(copy, (line) => lines.push(line))
  expect(restarted.lastRevision(streamId)).toBe(older.at(-1))
  expect(lines).toEqual([])
  restarted.close()
})
