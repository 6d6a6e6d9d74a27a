import { Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { gatherWrites } from './gathered-writes.ts'

type Sink = { readonly stream: Writable; readonly groups: string[]; readonly takeOne: () => void }

/** Writes nothing until it is released; then writes everything that has arrived meanwhile at once. */
const givenSink = (highWaterMark = 100): Sink => {
  const groups: string[] = []
  let done: (() => void) | undefined
  const begin = (chunks: readonly Buffer[], callback: () => void): void => {
    groups.push(chunks.map(String).join('+'))
    done = callback
  }
  const stream = new Writable({
    highWaterMark,
    write: (chunk, _encoding, callback) => begin([chunk], callback),
    writev: (chunks, callback) =>
      begin(
        chunks.map(({ chunk }) => chunk),
        callback,
      ),
  })
  return { stream, groups, takeOne: () => done?.() }
}

/** As gRPC writes: each message once that before it is said to be written. */
const writeInTurn = (stream: Writable, messages: readonly string[]): void => {
  const [first, ...others] = messages
  if (first !== undefined) stream.write(Buffer.from(first), () => writeInTurn(stream, others))
}

/** What has gone out when the first of four messages is written. */
const afterTheFirst = async ({ stream, groups, takeOne }: Sink): Promise<readonly string[]> => {
  writeInTurn(stream, ['a', 'b', 'c', 'd'])
  await turn()
  takeOne()
  await turn()
  return groups
}

test('given messages that each wait for the one before, when the first is written, then all others go out together', async () => {
  const sink = givenSink()
  gatherWrites(sink.stream)
  expect(await afterTheFirst(sink)).toEqual(['a', 'b+c+d'])
})

test('given the same and a plain Node stream, when the first is written, then only one follows (the problem that gathering solves)', async () => {
  expect(await afterTheFirst(givenSink())).toEqual(['a', 'b'])
})

test('given a full stream, when a message is written, then its callback runs only once it is flushed', async () => {
  const { stream, takeOne } = givenSink(4)
  gatherWrites(stream)
  const [fits, doesNot] = [vi.fn(), vi.fn()]
  stream.write(Buffer.from('abc'), fits)
  stream.write(Buffer.from('d'), doesNot)
  await turn()
  expect([fits.mock.calls.length, doesNot.mock.calls.length]).toEqual([1, 0])
  takeOne()
  await turn()
  takeOne()
  await turn()
  expect(doesNot).toHaveBeenCalledWith(null)
})

test('given a destroyed stream, when a message is written, then its callback gets the error', async () => {
  const { stream } = givenSink()
  gatherWrites(stream)
  stream.destroy()
  const told = vi.fn()
  stream.write(Buffer.from('a'), told)
  await turn()
  expect(told).toHaveBeenCalledWith(expect.objectContaining({ code: 'ERR_STREAM_DESTROYED' }))
})

test('given text, an encoding or no callback, when it is written, then it is passed through unchanged', async () => {
  const { stream, groups, takeOne } = givenSink()
  gatherWrites(stream)
  const told = vi.fn()
  stream.write('616263', 'hex', told)
  stream.write('d')
  await turn()
  expect(told).not.toHaveBeenCalled()
  takeOne()
  await turn()
  expect([groups, told.mock.calls.length]).toEqual([['abc', 'd'], 1])
})
