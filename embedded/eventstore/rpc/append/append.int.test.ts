import {
  type AppendExpectedRevision,
  type EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import { describe, expect, test } from 'vitest'
import { anEvent, events, givenClient, places } from '../../testing/fixture.ts'

// The client uses BatchAppend, and Append when a call names credentials. Both must behave the same.
describe.each([
  ['BatchAppend', {}],
  ['Append', { credentials: { username: 'someone', password: 'ignored' } }],
])('%s', (_, call) => {
  const appendTo =
    (client: EventStoreDBClient) => (expectedRevision: AppendExpectedRevision, from: number, to: number) =>
      client.appendToStream('order-1', events(from, to), { ...call, expectedRevision })

  test('writes events completely and in order, and answers their position', async () => {
    const client = await givenClient()
    const append = appendTo(client)
    expect(await append('no_stream', 1, 3)).toMatchObject({ success: true, nextExpectedRevision: 2n })
    const result = await append(2n, 4, 4)
    expect(await places(client.readStream('order-1'))).toEqual(['0@order-1', '1@order-1', '2@order-1', '3@order-1'])
    const [last] = await Array.fromAsync(client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 1 }))
    expect(last?.event?.position).toEqual(result.position)
  })

  // Given revisions 0 to 2 holding events 1 to 3.
  test.each<[string, AppendExpectedRevision, number, number, bigint]>([
    ['any writes', 'any', 4, 5, 4n],
    ['any recognises a retry', 'any', 2, 3, 2n],
    ['stream_exists writes', 'stream_exists', 4, 4, 3n],
    ['stream_exists recognises a retry', 'stream_exists', 3, 3, 2n],
    ['no_stream recognises a retry', 'no_stream', 1, 3, 2n],
    ['the last revision writes', 2n, 4, 4, 3n],
    ['an earlier revision recognises a retry', 0n, 2, 3, 2n],
  ])('%s', async (_name, expectedRevision, from, to, nextExpectedRevision) => {
    const client = await givenClient()
    const append = appendTo(client)
    await append('no_stream', 1, 3)
    expect(await append(expectedRevision, from, to)).toMatchObject({ success: true, nextExpectedRevision })
    const written = await places(client.readStream('order-1'))
    expect(written).toHaveLength(Math.max(3, Number(nextExpectedRevision) + 1))
  })

  test.each<[string, AppendExpectedRevision, number, number]>([
    ['no_stream on a stream with events', 'no_stream', 4, 4],
    ['a revision ahead', 7n, 4, 4],
    ['a revision behind', 1n, 4, 4],
    ['a retry with more events', 1n, 3, 4],
    ['any with a retry and more events', 'any', 3, 4],
  ])('%s is refused with the actual revision', async (_name, expectedRevision, from, to) => {
    const client = await givenClient()
    const append = appendTo(client)
    await append('no_stream', 1, 3)
    const refusal = await append(expectedRevision, from, to).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(WrongExpectedVersionError)
    expect(refusal).toMatchObject({ streamName: 'order-1', expectedVersion: expectedRevision, actualVersion: 2n })
    expect(await places(client.readStream('order-1'))).toHaveLength(3)
  })

  test.each<[string, AppendExpectedRevision]>([
    ['stream_exists', 'stream_exists'],
    ['a revision', 0n],
  ])('%s on a missing stream is refused with no_stream', async (_name, expectedRevision) => {
    const client = await givenClient()
    const refusal = await appendTo(client)(expectedRevision, 1, 1).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ type: 'wrong-expected-version', actualVersion: 'no_stream' })
  })

  test('a retry is answered with the position of the first write', async () => {
    const append = appendTo(await givenClient())
    const first = await append('no_stream', 1, 2)
    await append(1n, 3, 3)
    expect(await append('no_stream', 1, 2)).toEqual(first)
  })

  test('the data of an append may have 1 MiB in total, and no byte more', async () => {
    const client = await givenClient()
    // Two bytes of JSON are the quotes.
    const withData = (bytes: number) => jsonEvent({ type: 'Large', data: 'x'.repeat(bytes - 2) })
    const half = 512 * 1024
    await client.appendToStream('order-1', [withData(half), withData(half)], { ...call })
    const refusal = client.appendToStream('order-1', [withData(half), withData(half), withData(2)], { ...call })
    await expect(refusal).rejects.toThrow(MaxAppendSizeExceededError)
    await expect(refusal).rejects.toMatchObject({ maxAppendSize: 1_048_576 })
    expect(await places(client.readStream('order-1'))).toEqual(['0@order-1', '1@order-1'])
  })

  test('stream metadata is refused, not silently ignored', async () => {
    const client = await givenClient()
    const refusal = client.appendToStream('$$order-1', [anEvent(1)], { ...call })
    await expect(refusal).rejects.toThrow('does not implement stream metadata')
  })
})

test('of many appends at the same revision exactly one wins', async () => {
  const client = await givenClient()
  const attempts = Array.from({ length: 100 }, (_, index) =>
    client.appendToStream('order-1', [anEvent(index)], { expectedRevision: 'no_stream' }).then(
      () => 'won',
      (error: unknown) => (error instanceof WrongExpectedVersionError ? 'lost' : 'failed'),
    ),
  )
  const results = await Promise.all(attempts)
  expect(results.filter((result) => result === 'won')).toHaveLength(1)
  expect(results.filter((result) => result === 'lost')).toHaveLength(99)
})

test('the same event ids in another stream are different events', async () => {
  const client = await givenClient()
  await client.appendToStream('order-1', events(1, 2), { expectedRevision: 'any' })
  await client.appendToStream('order-2', events(1, 2), { expectedRevision: 'any' })
  await client.appendToStream('order-1', events(3, 3), { expectedRevision: 'any' })
  await client.appendToStream('order-2', events(3, 3), { expectedRevision: 'any' })
  expect(await places(client.readStream('order-2'))).toEqual(['0@order-2', '1@order-2', '2@order-2'])
})

test('an append in several fragments is written as one', async () => {
  const client = await givenClient()
  await client.appendToStream('order-1', events(1, 200), { batchAppendSize: 1_000 })
  expect(await places(client.readStream('order-1'))).toHaveLength(200)
})

test('an append past its deadline is answered with a timeout and not written', async () => {
  const client = await givenClient()
  await client.appendToStream('order-1', [anEvent(1)])
  const late = client.appendToStream('order-1', [anEvent(2)], { deadline: -1_000 })
  await expect(late).rejects.toMatchObject({ type: 'deadline-exceeded' })
  expect(await places(client.readStream('order-1'))).toHaveLength(1)
})

test('an append of no events succeeds and writes nothing', async () => {
  const client = await givenClient()
  await client.appendToStream('order-1', events(1, 2))
  const result = await client.appendToStream('order-1', [], { expectedRevision: 1n })
  expect(result).toMatchObject({ success: true, nextExpectedRevision: 1n })
  expect(await places(client.readStream('order-1'))).toHaveLength(2)
})
