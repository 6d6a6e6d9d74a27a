// Checks SQLite's write-ahead log before SQLite opens it. Goal: an incomplete last write is reported, and a log that was damaged
// later is refused. SQLite does neither: it uses the log up to the first frame with a wrong checksum and discards the rest. That
// is right for the last write, but loses acknowledged writes if the damage is before it. Method: read the frames as SQLite does
// (https://sqlite.org/fileformat2.html#the_write_ahead_log). Each commit is synced before the next write begins. So a frame that
// continues the checksum of a commit's last frame proves that this commit was complete. If such a frame follows the first wrong
// checksum, the log was damaged later. Nothing follows the last commit, so damage there looks like an incomplete write.
import { closeSync, openSync, readSync } from 'node:fs'

export type WalState =
  /** Stopped cleanly, or never started: nothing is left to recover. */
  | { readonly kind: 'none' }
  /** `bytesUnfinished` follow the last whole commit; SQLite discards them. */
  | { readonly kind: 'recoverable'; readonly bytesUnfinished: number }
  | { readonly kind: 'damaged' }

const walHeaderBytes = 32
const frameHeaderBytes = 24
const saltsOffset = 8
const checksumOffset = 16
const magic = 0x377f0682
const pageBytesMin = 512
const pageBytesMax = 65_536

type Checksum = readonly [number, number]

type Frame = {
  readonly bytes: number
  /** Of the log's present generation; frames of an older one stay behind what was written over them. */
  readonly isOwn: boolean
  readonly isCommit: boolean
  readonly stored: Checksum
  /** Whether its checksum continues the one before. */
  readonly continues: (before: Checksum) => boolean
}

export const inspectWal = (file: string): WalState => {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    return { kind: 'none' }
  }
  try {
    return inspect(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

const inspect = (descriptor: number): WalState => {
  const header = Buffer.alloc(walHeaderBytes)
  const headerBytes = readSync(descriptor, header, 0, walHeaderBytes, 0)
  if (headerBytes === 0) return { kind: 'none' }
  if (headerBytes < walHeaderBytes) return { kind: 'recoverable', bytesUnfinished: headerBytes }
  const littleEndian = (header.readUInt32BE(0) & 1) === 0
  const pageBytes = header.readUInt32BE(8)
  const isPlausible =
    (header.readUInt32BE(0) | 1) === (magic | 1) && pageBytes >= pageBytesMin && pageBytes <= pageBytesMax
  if (!isPlausible) return withoutHeader(descriptor)
  const salts = header.subarray(saltsOffset + 8, saltsOffset + 16)
  const seed = checksumOf(header.subarray(0, walHeaderBytes - 8), [0, 0], littleEndian)
  if (!isSame(seed, checksumAt(header, walHeaderBytes - 8))) return withoutHeader(descriptor)
  return inspectFrames(frameReader(descriptor, { pageBytes, salts, littleEndian }), seed)
}

/** The header is synced before the first frame follows it, so one that is broken before a frame was not left by a crash. */
const withoutHeader = (descriptor: number): WalState => {
  const next = Buffer.alloc(frameHeaderBytes)
  readSync(descriptor, next, 0, frameHeaderBytes, walHeaderBytes)
  return next.some((byte) => byte !== 0)
    ? { kind: 'damaged' }
    : { kind: 'recoverable', bytesUnfinished: walHeaderBytes }
}

const inspectFrames = (frameAt: (index: number) => Frame, seed: Checksum): WalState => {
  let before: Checksum | undefined = seed
  let bytesUnfinished = 0
  let isTail = true
  let commitBefore: Checksum | undefined
  for (let index = 0; ; index += 1) {
    const frame = frameAt(index)
    if (frame.bytes === 0) return { kind: 'recoverable', bytesUnfinished }
    if (before !== undefined && frame.isOwn && frame.continues(before)) {
      before = frame.stored
      bytesUnfinished = frame.isCommit ? 0 : bytesUnfinished + frame.bytes
      continue
    }
    // From here on SQLite reads no more.
    before = undefined
    if (commitBefore !== undefined && frame.isOwn && frame.continues(commitBefore)) return { kind: 'damaged' }
    commitBefore = frame.isOwn && frame.isCommit ? frame.stored : undefined
    isTail &&= frame.isOwn
    if (isTail) bytesUnfinished += frame.bytes
  }
}

const frameReader = (
  descriptor: number,
  wal: { readonly pageBytes: number; readonly salts: Buffer; readonly littleEndian: boolean },
): ((index: number) => Frame) => {
  const frameBytes = frameHeaderBytes + wal.pageBytes
  const frame = Buffer.alloc(frameBytes)
  return (index) => {
    const bytes = readSync(descriptor, frame, 0, frameBytes, walHeaderBytes + index * frameBytes)
    const stored = checksumAt(frame, checksumOffset)
    const isWhole = bytes === frameBytes
    const hasSalts = bytes >= checksumOffset
    return {
      bytes,
      // Too little to tell: only what was written last ends like that.
      isOwn: !hasSalts || wal.salts.equals(frame.subarray(saltsOffset, checksumOffset)),
      isCommit: isWhole && frame.readUInt32BE(4) !== 0,
      stored,
      continues: (before) => {
        if (!isWhole) return false
        const head = checksumOf(frame.subarray(0, saltsOffset), before, wal.littleEndian)
        return isSame(checksumOf(frame.subarray(frameHeaderBytes), head, wal.littleEndian), stored)
      },
    }
  }
}

const checksumAt = (bytes: Buffer, at: number): Checksum => {
  return [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
}

const isSame = (one: Checksum, other: Checksum): boolean => {
  return one[0] === other[0] && one[1] === other[1]
}

/** SQLite's: two sums over pairs of 32-bit words, in the byte order that the header names. */
const checksumOf = (bytes: Buffer, before: Checksum, littleEndian: boolean): Checksum => {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let [first, second] = before
  for (let at = 0; at < words.byteLength; at += 8) {
    first = (first + words.getUint32(at, littleEndian) + second) >>> 0
    second = (second + words.getUint32(at + 4, littleEndian) + first) >>> 0
  }
  return [first, second]
}
