// The stored form of an event is the `ReadResp` message that readers get, so that a read sends stored bytes unchanged. It is
// encoded by hand, not by the generated classes: this runs once for every event appended and is several times faster.
// record.test.ts holds it against the generated decoder.

export type ProposedEvent = {
  /** UUID, lower case, with dashes. */
  readonly id: string
  readonly type: string
  readonly contentType: 'application/json' | 'application/octet-stream'
  readonly data: Uint8Array
  readonly metadata: Uint8Array
}

export type RecordPlace = {
  readonly stream: string
  readonly revision: number
  readonly position: number
  /** Decimal count of 100 ns ticks since 1970. */
  readonly created: string
}

// Tags are (field number << 3 | wire type); wire type 0 is a varint, 2 is length-delimited.
const readRespEvent = 0x0a
const readEventEvent = 0x0a
const readEventCommitPosition = 0x18
const recordedId = 0x0a
const uuidString = 0x12
const recordedStreamIdentifier = 0x12
const streamIdentifierName = 0x1a
const recordedRevision = 0x18
const recordedPreparePosition = 0x20
const recordedCommitPosition = 0x28
const recordedMetadata = 0x32
const mapKey = 0x0a
const mapValue = 0x12
const recordedCustomMetadata = 0x3a
const recordedData = 0x42

export const encodeRecord = (event: ProposedEvent, place: RecordPlace): Buffer => {
  const idBytes = delimited(event.id.length)
  const streamLength = Buffer.byteLength(place.stream)
  const typeLength = Buffer.byteLength(event.type)
  const positionBytes = varintLength(place.position)
  const typeEntry = delimited(4) + delimited(typeLength)
  const createdEntry = delimited(7) + delimited(place.created.length)
  const contentTypeEntry = delimited(12) + delimited(event.contentType.length)
  const recorded =
    delimited(idBytes) +
    delimited(delimited(streamLength)) +
    1 +
    varintLength(place.revision) +
    2 * (1 + positionBytes) +
    delimited(typeEntry) +
    delimited(createdEntry) +
    delimited(contentTypeEntry) +
    (event.metadata.length === 0 ? 0 : delimited(event.metadata.length)) +
    (event.data.length === 0 ? 0 : delimited(event.data.length))
  const readEvent = delimited(recorded) + 1 + positionBytes
  const out = Buffer.allocUnsafe(delimited(readEvent))

  let at = writeHead(out, 0, readRespEvent, readEvent)
  at = writeHead(out, at, readEventEvent, recorded)
  at = writeHead(out, at, recordedId, idBytes)
  at = writeHead(out, at, uuidString, event.id.length)
  at += out.write(event.id, at, 'latin1')
  at = writeHead(out, at, recordedStreamIdentifier, delimited(streamLength))
  at = writeHead(out, at, streamIdentifierName, streamLength)
  at += out.write(place.stream, at)
  at = writeHead(out, at, recordedRevision, place.revision)
  at = writeHead(out, at, recordedPreparePosition, place.position)
  at = writeHead(out, at, recordedCommitPosition, place.position)
  at = writeEntry(out, at, 'type', event.type, typeEntry, typeLength)
  at = writeEntry(out, at, 'created', place.created, createdEntry, place.created.length)
  at = writeEntry(out, at, 'content-type', event.contentType, contentTypeEntry, event.contentType.length)
  if (event.metadata.length > 0) at = writeBytes(out, at, recordedCustomMetadata, event.metadata)
  if (event.data.length > 0) at = writeBytes(out, at, recordedData, event.data)
  writeHead(out, at, readEventCommitPosition, place.position)
  return out
}

/** Length of a field of this many bytes with its one-byte tag and its length prefix. */
const delimited = (length: number): number => {
  return 1 + varintLength(length) + length
}

const varintLength = (value: number): number => {
  let length = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length += 1
  return length
}

/** Writes a tag and a varint: a number field whole, or the length before a delimited one. */
const writeHead = (out: Buffer, at: number, tag: number, value: number): number => {
  let next = at
  out[next++] = tag
  let rest = value
  while (rest >= 0x80) {
    out[next++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  out[next++] = rest
  return next
}

const writeEntry = (
  out: Buffer,
  start: number,
  key: string,
  value: string,
  entryLength: number,
  valueLength: number,
): number => {
  let at = writeHead(out, start, recordedMetadata, entryLength)
  at = writeHead(out, at, mapKey, key.length)
  at += out.write(key, at, 'latin1')
  at = writeHead(out, at, mapValue, valueLength)
  return at + out.write(value, at)
}

const writeBytes = (out: Buffer, start: number, tag: number, bytes: Uint8Array): number => {
  const at = writeHead(out, start, tag, bytes.length)
  out.set(bytes, at)
  return at + bytes.length
}
