import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { StoredEvent } from '../../log/page.ts'
import type { Storage } from '../../log/storage.ts'
import { uuidText } from '../append/append-input.ts'
import type { ReadPlan } from './read-plan.ts'

type Recorded = ReadResp.ReadEvent.RecordedEvent

const linkType = '$>'
const linkText = /^(\d{1,15})@(.+)$/s

/** How a plan's events are sent: as stored, unless links are followed or ids are wanted as two integers. */
export const createPresenter = (storage: Storage, plan: ReadPlan): ((event: StoredEvent) => Buffer) => {
  const { resolveLinks, structuredIds } = plan
  if (!resolveLinks && !structuredIds) return ({ response }) => response
  return ({ type, response }) => {
    const isLink = resolveLinks && type === linkType
    if (!isLink && !structuredIds) return response
    const message = streams.ReadResp.deserializeBinary(response)
    const read = message.getEvent()
    const link = isLink ? read?.getEvent() : undefined
    if (link !== undefined) read?.setLink(link).setEvent(targetOf(link, storage))
    if (structuredIds) {
      structureId(read?.getEvent())
      structureId(read?.getLink())
    }
    return Buffer.from(message.serializeBinary())
  }
}

/** A link's data is "revision@stream". Undefined when its target does not exist. */
const targetOf = (link: Recorded, storage: Storage): Recorded | undefined => {
  const [, revision, stream] = linkText.exec(Buffer.from(link.getData_asU8()).toString('utf8')) ?? []
  const streamId = stream === undefined ? undefined : storage.streamId(stream)
  if (streamId === undefined) return undefined
  const from = Number(revision)
  const [target] = storage.readPage({ kind: 'stream', direction: 'forwards', from, streamId }, 1).events
  if (target?.revision !== from) return undefined
  return streams.ReadResp.deserializeBinary(target.response).getEvent()?.getEvent()
}

const structureId = (recorded: Recorded | undefined): void => {
  if (recorded === undefined) return
  const hex = uuidText(recorded.getId()).replaceAll('-', '')
  const half = (digits: string): string => BigInt.asIntN(64, BigInt(`0x${digits}`)).toString()
  const structured = new shared.UUID.Structured()
    .setMostSignificantBits(half(hex.slice(0, 16)))
    .setLeastSignificantBits(half(hex.slice(16)))
  recorded.setId(new shared.UUID().setStructured(structured))
}
