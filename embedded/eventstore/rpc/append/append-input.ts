import type { UUID } from '@eventstore/db-client/generated/shared_pb.js'
import type { AppendReq, BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js'
import type { ExpectedRevision } from '../../log/append-decision.ts'
import type { ProposedEvent } from '../../log/record.ts'

/** Why an append is refused before it is decided. */
export type InputRefusal = {
  readonly kind: 'invalid' | 'missing_property' | 'too_large' | 'unimplemented'
  readonly message: string
}

export type Input<Value> = { readonly value: Value } | { readonly refusal: InputRefusal }

type ProposedMessage = AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage

/** EventStoreDB's default. It counts the data of an append's events, not their metadata. */
export const appendBytesMax = 1_048_576
const eventBytesMax = 16 * 1024 * 1024 - 10_000
const streamNameBytesMax = 1_024

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const utf8 = new TextDecoder('utf-8', { fatal: true })

const refused = (kind: InputRefusal['kind'], message: string): { readonly refusal: InputRefusal } => ({
  refusal: { kind, message },
})

export const tooLarge = refused('too_large', `Maximum Append Size of ${appendBytesMax} bytes exceeded.`)

/** The name of a stream, whether to read or to write. */
export const readStreamName = (bytes: Uint8Array | undefined): Input<string> => {
  if (bytes === undefined || bytes.length === 0) return refused('invalid', 'A stream name is missing.')
  if (bytes.length > streamNameBytesMax) {
    return refused('invalid', `A stream name takes at most ${streamNameBytesMax} bytes.`)
  }
  try {
    return { value: utf8.decode(bytes) }
  } catch {
    return refused('invalid', 'A stream name must be UTF-8.')
  }
}

/** Stream metadata would be stored but not obeyed, so it is refused. */
export const readStreamToAppend = (bytes: Uint8Array | undefined): Input<string> => {
  const name = readStreamName(bytes)
  if ('value' in name && name.value.startsWith('$$')) {
    return refused('unimplemented', 'This event store node does not implement stream metadata.')
  }
  return name
}

/** The expected revision of either append call; `revision` is that call's field for an exact one. */
export const readExpected = (
  options: {
    readonly hasAny: () => boolean
    readonly hasNoStream: () => boolean
    readonly hasStreamExists: () => boolean
  },
  revision: string | undefined,
): Input<ExpectedRevision> => {
  if (revision !== undefined) return { value: { kind: 'exact', revision: BigInt(revision) } }
  if (options.hasNoStream()) return { value: { kind: 'no_stream' } }
  if (options.hasAny()) return { value: { kind: 'any' } }
  if (options.hasStreamExists()) return { value: { kind: 'stream_exists' } }
  return refused('invalid', 'The expected revision is missing.')
}

export const readProposedEvent = (message: ProposedMessage): Input<ProposedEvent> => {
  const id = uuidText(message.getId())
  if (!uuidPattern.test(id)) return refused('invalid', 'The id of an event must be a UUID.')
  const properties = message.getMetadataMap()
  const type = properties.get('type')
  const contentType = properties.get('content-type')
  if (!type || !contentType) {
    return refused('missing_property', 'An event takes the metadata properties type and content-type.')
  }
  const data = message.getData_asU8()
  const metadata = message.getCustomMetadata_asU8()
  if (data.length + metadata.length + type.length > eventBytesMax) {
    return refused('invalid', `An event takes at most ${eventBytesMax} bytes with its metadata.`)
  }
  return {
    value: {
      id,
      type,
      contentType: contentType === 'application/json' ? 'application/json' : 'application/octet-stream',
      data,
      metadata,
    },
  }
}

/** Empty when there is none. */
export const uuidText = (uuid: UUID | undefined): string => {
  const structured = uuid?.getStructured()
  if (structured === undefined) return uuid?.getString().toLowerCase() ?? ''
  const half = (bits: string): string => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0')
  const hex = half(structured.getMostSignificantBits()) + half(structured.getLeastSignificantBits())
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
