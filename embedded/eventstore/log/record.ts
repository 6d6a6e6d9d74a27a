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
const READ_RESP_EVENT = 0x0a
const READ_EVENT_EVENT = 0x0a
const READ_EVENT_COMMIT_POSITION = 0x18
const RECORDED_ID = 0x0a
const UUID_STRING = 0x12
const RECORDED_STREAM_IDENTIFIER = 0x12
const STREAM_IDENTIFIER_NAME = 0x1a
const RECORDED_REVISION = 0x18
const RECORDED_PREPARE_POSITION = 0x20
const RECORDED_COMMIT_POSITION = 0x28
const RECORDED_METADATA = 0x32
const MAP_KEY = 0x0a
const MAP_VALUE = 0x12
const RECORDED_CUSTOM_METADATA = 0x3a
const RECORDED_DATA = 0x42

export function encodeRecord(event: ProposedEvent, place: RecordPlace): Buffer {
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

  let at = writeHead(out, 0, READ_RESP_EVENT, readEvent)
  at = writeHead(out, at, READ_EVENT_EVENT, recorded)
  at = writeHead(out, at, RECORDED_ID, idBytes)
  at = writeHead(out, at, UUID_STRING, event.id.length)
  at += out.write(event.id, at, 'latin1')
  at = writeHead(out, at, RECORDED_STREAM_IDENTIFIER, delimited(streamLength))
  at = writeHead(out, at, STREAM_IDENTIFIER_NAME, streamLength)
  at += out.write(place.stream, at)
  at = writeHead(out, at, RECORDED_REVISION, place.revision)
  at = writeHead(out, at, RECORDED_PREPARE_POSITION, place.position)
  at = writeHead(out, at, RECORDED_COMMIT_POSITION, place.position)
  at = writeEntry(out, at, 'type', event.type, typeEntry, typeLength)
  at = writeEntry(out, at, 'created', place.created, createdEntry, place.created.length)
  at = writeEntry(out, at, 'content-type', event.contentType, contentTypeEntry, event.contentType.length)
  if (event.metadata.length > 0) at = writeBytes(out, at, RECORDED_CUSTOM_METADATA, event.metadata)
  if (event.data.length > 0) at = writeBytes(out, at, RECORDED_DATA, event.data)
  writeHead(out, at, READ_EVENT_COMMIT_POSITION, place.position)
  return out
}

/** Length of a field of this many bytes with its one-byte tag and its length prefix. */
function delimited(length: number): number {
  return 1 + varintLength(length) + length
}

function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length += 1
  return length
}

/** Writes a tag and a varint: a number field whole, or the length before a delimited one. */
function writeHead(out: Buffer, at: number, tag: number, value: number): number {
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

function writeEntry(
  out: Buffer,
  start: number,
  key: string,
  value: string,
  entryLength: number,
  valueLength: number,
): number {
  let at = writeHead(out, start, RECORDED_METADATA, entryLength)
  at = writeHead(out, at, MAP_KEY, key.length)
  at += out.write(key, at, 'latin1')
  at = writeHead(out, at, MAP_VALUE, valueLength)
  return at + out.write(value, at)
}

function writeBytes(out: Buffer, start: number, tag: number, bytes: Uint8Array): number {
  const at = writeHead(out, start, tag, bytes.length)
  out.set(bytes, at)
  return at + bytes.length
}
