// Requests that the official client never sends or hides, sent to the node with the generated classes.
import { once } from 'node:events'
import { connect } from 'node:http2'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { AppendReq, BatchAppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { credentials, type ServiceError, status } from '@grpc/grpc-js'
import empty from 'google-protobuf/google/protobuf/empty_pb.js'
import timestamp from 'google-protobuf/google/protobuf/timestamp_pb.js'
import { expect, onTestFinished, test } from 'vitest'
import { receiveWindowBytes } from './rpc/receive-window.ts'
import { anEvent, clientOf, events, givenNode, places } from './testing/fixture.ts'

const givenStreams = async () => {
  const node = await givenNode()
  const raw = new StreamsClient(`127.0.0.1:${node.port}`, credentials.createInsecure())
  onTestFinished(() => raw.close())
  return { raw, client: clientOf(node) }
}

const { Options } = streams.ReadReq
const nothing = () => new shared.Empty()
const streamA = () => new shared.StreamIdentifier().setStreamName(Buffer.from('a'))
const textIds = () => new Options.UUIDOption().setString(nothing())
const fromStart = () => new Options.AllOptions().setStart(nothing())

/** A counted read of the whole log, to be changed by a test. */
const readOfAll = () =>
  new Options().setAll(fromStart()).setCount('100').setNoFilter(nothing()).setUuidOption(textIds())

const read = (raw: StreamsClient, options: ReadReq.Options): Promise<readonly ReadResp[]> => {
  return Array.fromAsync(raw.read(new streams.ReadReq().setOptions(options)))
}

test.each<[string, (options: ReadReq.Options) => ReadReq.Options, string]>([
  ['no UUID option', (options) => options.setUuidOption(undefined), 'UUID option'],
  ['no count', (options) => new Options().setAll(options.getAll()).setUuidOption(textIds()), 'count or a subscription'],
  [
    'a subscription backwards',
    (options) => options.setSubscription(new Options.SubscriptionOptions()).setReadDirection(1),
    'A subscription reads forwards.',
  ],
  [
    'a filter on a stream',
    (options) =>
      options
        .setStream(new Options.StreamOptions().setStreamIdentifier(streamA()).setStart(nothing()))
        .setFilter(new Options.FilterOptions()),
    'A filter is for reads of $all.',
  ],
  ['an empty filter', (options) => options.setFilter(new Options.FilterOptions()), 'A filter takes'],
  [
    'a prepare position after the commit position',
    (options) =>
      options.setAll(
        new Options.AllOptions().setPosition(new Options.Position().setCommitPosition('64').setPreparePosition('65')),
      ),
    'invalid position',
  ],
  ['a stream without a name', (options) => options.setStream(new Options.StreamOptions()), 'stream name is missing'],
])('a read with %s is an invalid argument', async (_, change, message) => {
  const { raw } = await givenStreams()
  const error = await read(raw, change(readOfAll())).catch((reason: ServiceError) => reason)
  expect(error).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringContaining(message) })
})

test('a counted read with a filter counts what matches', async () => {
  const { raw, client } = await givenStreams()
  await client.appendToStream('a', [anEvent(1, 'X'), anEvent(2, 'Y'), anEvent(3, 'X'), anEvent(4, 'X')])
  const filter = new Options.FilterOptions()
    .setEventType(new Options.FilterOptions.Expression().setPrefixList(['X']))
    .setCheckpointintervalmultiplier(1)
    .setCount(nothing())
  const found = await read(raw, readOfAll().setFilter(filter).setCount('2'))
  expect(found.map((message) => message.getEvent()?.getEvent()?.getStreamRevision())).toEqual(['0', '2'])
})

test('ids are sent as two integers when asked', async () => {
  const { raw, client } = await givenStreams()
  await client.appendToStream('a', { ...anEvent(1), id: 'ffeeddcc-bbaa-4988-8766-554433221100' })
  const structured = readOfAll().setUuidOption(new Options.UUIDOption().setStructured(nothing()))
  const id = (await read(raw, structured)).at(-1)?.getEvent()?.getEvent()?.getId()?.getStructured()
  const half = (bits: string | undefined) => BigInt.asUintN(64, BigInt(bits ?? 0)).toString(16)
  expect([half(id?.getMostSignificantBits()), half(id?.getLeastSignificantBits())]).toEqual([
    'ffeeddccbbaa4988',
    '8766554433221100',
  ])
})

test('an event without a type is refused with the trailers that name what is missing', async () => {
  const { raw } = await givenStreams()
  const error = await new Promise<ServiceError | null>((resolve) => {
    const call = raw.append(resolve)
    const message = new streams.AppendReq.ProposedMessage().setId(new shared.UUID().setString(anEvent(1).id))
    const options: AppendReq.Options = new streams.AppendReq.Options().setStreamIdentifier(streamA()).setAny(nothing())
    call.write(new streams.AppendReq().setOptions(options))
    call.write(new streams.AppendReq().setProposedMessage(message))
    call.end()
  })
  expect(error?.code).toBe(status.INVALID_ARGUMENT)
  expect(error?.metadata.getMap()).toMatchObject({
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  })
})

/** A fragment of a BatchAppend of one event. */
const fragment = (correlation: number, number: number, isFinal: boolean) => {
  const proposed = new streams.BatchAppendReq.ProposedMessage().setId(new shared.UUID().setString(anEvent(number).id))
  proposed.getMetadataMap().set('type', 'Happened').set('content-type', 'application/json')
  return new streams.BatchAppendReq()
    .setCorrelationId(new shared.UUID().setString(anEvent(correlation).id))
    .setProposedMessagesList([proposed])
    .setIsFinal(isFinal)
}

const batchOptions = (millisecondsLeft: number) => {
  return new streams.BatchAppendReq.Options()
    .setStreamIdentifier(streamA())
    .setAny(new empty.Empty())
    .setDeadline(timestamp.Timestamp.fromDate(new Date(Date.now() + millisecondsLeft)))
}

const answerOf = (reply: BatchAppendResp) => [
  Number(reply.getCorrelationId()?.getString().slice(-4)),
  reply.getError()?.getDetails()?.getTypeName() ?? `revision ${reply.getSuccess()?.getCurrentRevision()}`,
]

test('each correlation id is answered once, even if its deadline passes between fragments', async () => {
  const { raw, client } = await givenStreams()
  const call = raw.batchAppend()
  const answers: unknown[] = []
  call.on('data', (reply) => answers.push(answerOf(reply)))
  call.write(fragment(1, 1, false).setOptions(batchOptions(30)))
  await once(call, 'data')
  call.write(fragment(1, 2, false))
  call.write(fragment(1, 3, true))
  call.write(fragment(2, 4, false).setOptions(batchOptions(10_000)))
  call.write(fragment(3, 5, true))
  call.write(fragment(2, 6, true))
  call.end()
  await once(call, 'end')
  expect(answers).toEqual([
    [1, 'event_store.client.Timeout'],
    [3, 'event_store.client.BadRequest'],
    [2, 'revision 1'],
  ])
  expect(await places(client.readStream('a'))).toEqual(['0@a', '1@a'])
})

test('appends to one stream are applied in the order in which they are complete', async () => {
  const { raw, client } = await givenStreams()
  await client.appendToStream('a', events(1, 1))
  const call = raw.batchAppend()
  const answers: unknown[] = []
  call.on('data', (reply) => answers.push(answerOf(reply)))
  for (let number = 10; number < 60; number += 1) {
    call.write(fragment(number, number, true).setOptions(batchOptions(10_000)))
  }
  call.end()
  await once(call, 'end')
  expect(answers).toEqual(Array.from({ length: 50 }, (_, index) => [10 + index, `revision ${1 + index}`]))
})

test('more requests may be in flight than the HTTP/2 default allows', async () => {
  const node = await givenNode()
  const session = connect(`http://127.0.0.1:${node.port}`)
  onTestFinished(() => session.destroy())
  const windows = () => ({
    connection: session.state.remoteWindowSize,
    stream: session.remoteSettings.initialWindowSize,
  })
  const [first] = await once(session, 'remoteSettings')
  expect(first.initialWindowSize).toBeLessThan(receiveWindowBytes)
  session.request({ ':method': 'POST' }).resume().end()
  await expect.poll(windows).toEqual({ connection: receiveWindowBytes, stream: receiveWindowBytes })
})
