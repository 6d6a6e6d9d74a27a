import { binaryEvent, StreamNotFoundError } from '@eventstore/db-client'
import { expect, test } from 'vitest'
import { anEvent, clientOf, events, givenClient, givenNode, places } from '../../testing/fixture.ts'

/** Streams a and b with two appends each, in turns. */
const givenTwoStreams = async () => {
  const client = await givenClient()
  await client.appendToStream('a', events(1, 2))
  await client.appendToStream('b', events(3, 3))
  await client.appendToStream('a', events(4, 4))
  return client
}

test('a stream is read forwards and backwards, from either end or from a revision (inclusive)', async () => {
  const client = await givenTwoStreams()
  const read = (options: Parameters<typeof client.readStream>[1]) => places(client.readStream('a', options))
  expect(await read({})).toEqual(['0@a', '1@a', '2@a'])
  expect(await read({ maxCount: 2 })).toEqual(['0@a', '1@a'])
  expect(await read({ maxCount: 0 })).toEqual([])
  expect(await read({ fromRevision: 1n })).toEqual(['1@a', '2@a'])
  expect(await read({ fromRevision: 3n })).toEqual([])
  expect(await read({ direction: 'backwards', fromRevision: 'end' })).toEqual(['2@a', '1@a', '0@a'])
  expect(await read({ direction: 'backwards', fromRevision: 1n })).toEqual(['1@a', '0@a'])
  expect(await read({ direction: 'backwards', fromRevision: 99n, maxCount: 1 })).toEqual(['2@a'])
})

test('a missing stream is not found', async () => {
  const client = await givenClient()
  await expect(places(client.readStream('missing'))).rejects.toBeInstanceOf(StreamNotFoundError)
})

test('$all is in commit order; a position is inclusive forwards and exclusive backwards', async () => {
  const client = await givenTwoStreams()
  const all = await Array.fromAsync(client.readAll())
  const order = ['0@$node', '0@a', '1@a', '0@b', '2@a']
  expect(await places(client.readAll())).toEqual(order)
  const position = all[3]?.event?.position
  if (position === undefined) throw new Error('no position')
  expect(await places(client.readAll({ fromPosition: position }))).toEqual(order.slice(3))
  const backwards = { direction: 'backwards' } as const
  expect(await places(client.readAll({ ...backwards, fromPosition: position }))).toEqual(['1@a', '0@a', '0@$node'])
  expect(await places(client.readAll({ ...backwards, fromPosition: 'end' }))).toEqual(order.toReversed())
  const positions = all.map(({ event }) => event?.position?.commit ?? 0n)
  expect(positions).toEqual(positions.toSorted((one, other) => Number(one - other)))
})

test('a position inside a record is refused, one beyond the end is empty', async () => {
  const client = await givenTwoStreams()
  const inside = { commit: 65n, prepare: 65n }
  await expect(places(client.readAll({ fromPosition: inside }))).rejects.toThrow('invalid position')
  const beyond = { commit: 10n ** 12n, prepare: 10n ** 12n }
  expect(await places(client.readAll({ fromPosition: beyond }))).toEqual([])
})

test('an event is read as it was appended', async () => {
  const client = await givenClient()
  const json = { ...anEvent(1), metadata: { actor: 'staff', $correlationId: 'ä' } }
  const binary = binaryEvent({ type: 'Bytes', data: new Uint8Array([0, 1, 255]), metadata: new Uint8Array([200, 1]) })
  await client.appendToStream('bestellung-ü', [json, binary])
  const [first, second] = await Array.fromAsync(client.readStream('bestellung-ü'))
  expect(first?.event).toMatchObject({
    streamId: 'bestellung-ü',
    id: json.id,
    type: 'Happened',
    data: { number: 1 },
    metadata: { actor: 'staff', $correlationId: 'ä' },
    isJson: true,
  })
  expect(second?.event).toMatchObject({ isJson: false, revision: 1n })
  expect(second?.event?.data).toEqual(new Uint8Array([0, 1, 255]))
})

test('a link is sent with its target if asked, and without it if the target is deleted', async () => {
  const client = await givenTwoStreams()
  const link = (number: number, data: string) =>
    binaryEvent({ id: anEvent(number).id, type: '$>', data: Buffer.from(data) })
  await client.appendToStream('links', [link(10, '1@a'), link(11, '9@a')])
  const [resolved, dangling] = await Array.fromAsync(client.readStream('links', { resolveLinkTos: true }))
  expect(resolved).toMatchObject({ event: { streamId: 'a', revision: 1n }, link: { streamId: 'links', revision: 0n } })
  expect([dangling?.event, dangling?.link?.revision]).toEqual([undefined, 1n])
  const [unresolved] = await Array.fromAsync(client.readStream('links'))
  expect([unresolved?.event?.type, unresolved?.link]).toEqual(['$>', undefined])
})

test('a node still serves others after a long read is cancelled', async () => {
  const client = clientOf(await givenNode())
  for (let from = 0; from < 5; from += 1) await client.appendToStream('long', events(from * 1_000, from * 1_000 + 999))
  const read = client.readAll()
  for await (const { event } of read) if (event?.revision === 10n) break
  expect(await places(client.readStream('long', { fromRevision: 4_998n }))).toEqual(['4998@long', '4999@long'])
})
