import streams from '@eventstore/db-client/generated/streams_pb.js'
import jspb from 'google-protobuf'
import { afterEach, expect, test } from 'vitest'
import { bytesAsU8, decodeBase64Natively } from './decode-base64.ts'

const original = jspb.Message.bytesAsU8
afterEach(() => {
  jspb.Message.bytesAsU8 = original
})

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const messageOf = (text: string) => new streams.BatchAppendReq.ProposedMessage().setData(base64(text))

test.each(['', 'a', 'ab', 'abc', '{"reason":"naïve — 日本 🫖"}', 'x'.repeat(100_000)])(
  'the same bytes as from the library',
  (text) => {
    const slowly = messageOf(text).serializeBinary()
    decodeBase64Natively()
    expect(messageOf(text).serializeBinary()).toEqual(slowly)
    expect(Buffer.from(messageOf(text).getData_asU8()).toString()).toBe(text)
  },
)

test('the library uses it, not its own decoder, for the data of an event', () => {
  let asked = 0
  decodeBase64Natively()
  const ours = jspb.Message.bytesAsU8
  jspb.Message.bytesAsU8 = (value) => {
    asked += 1
    return ours(value)
  }
  messageOf('abc').serializeBinary()
  expect(asked).toBeGreaterThan(0)
})

test('bytes are returned unchanged', () => {
  const bytes = new Uint8Array([1, 2, 3])
  const message = new streams.BatchAppendReq.ProposedMessage().setData(bytes)
  decodeBase64Natively()
  expect(message.getData_asU8()).toBe(bytes)
  expect(bytesAsU8('AQID').constructor).toBe(Uint8Array)
})
