import streams from '@eventstore/db-client/generated/streams_pb.js'
import { expect, test } from 'vitest'
import { encodeRecord, type ProposedEvent } from './record.ts'

const event: ProposedEvent = {
  id: '6f9619ff-8b86-4011-b42d-00c04fc964ff',
  type: 'StockReserved-Größe',
  contentType: 'application/json',
  data: Buffer.from('{"quantity":1}'),
  metadata: Buffer.from('{"actor":"é"}'),
}

const decoded = (bytes: Buffer) => {
  const message = streams.ReadResp.deserializeBinary(bytes)
  const read = message.getEvent()
  const recorded = read?.getEvent()
  return {
    commit: read?.getCommitPosition(),
    id: recorded?.getId()?.getString(),
    stream: Buffer.from(recorded?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString(),
    revision: recorded?.getStreamRevision(),
    positions: [recorded?.getPreparePosition(), recorded?.getCommitPosition()],
    properties: Object.fromEntries(recorded?.getMetadataMap().toObject() ?? []),
    metadata: Buffer.from(recorded?.getCustomMetadata_asU8() ?? []).toString(),
    data: Buffer.from(recorded?.getData_asU8() ?? []).toString(),
  }
}

test('the generated decoder reads back every field', () => {
  const place = { stream: 'stock-Ü@MAIN', revision: 300, position: 2 ** 40 + 127, created: '17636000000000000' }
  expect(decoded(encodeRecord(event, place))).toEqual({
    commit: '1099511627903',
    id: '6f9619ff-8b86-4011-b42d-00c04fc964ff',
    stream: 'stock-Ü@MAIN',
    revision: '300',
    positions: ['1099511627903', '1099511627903'],
    properties: { type: 'StockReserved-Größe', created: '17636000000000000', 'content-type': 'application/json' },
    metadata: '{"actor":"é"}',
    data: '{"quantity":1}',
  })
})

test.each([0, 1, 127, 128, 16_383, 16_384, 2_097_152])('data of %i bytes keeps its length', (length) => {
  const place = { stream: 's', revision: 0, position: 64, created: '0' }
  const record = encodeRecord({ ...event, data: new Uint8Array(length), metadata: new Uint8Array() }, place)
  const read = decoded(record)
  expect({ data: read.data.length, metadata: read.metadata, commit: read.commit }).toEqual({
    data: length,
    metadata: '',
    commit: '64',
  })
})
