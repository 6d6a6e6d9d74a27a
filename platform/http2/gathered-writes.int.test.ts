import { once } from 'node:events'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { gatherHttp2Writes } from './gathered-writes.ts'

const messages = Array.from({ length: 200 }, (_, index) => `message ${index}\n`)

/** As gRPC writes: each message once that before it is said to be written. */
const writeAll = async (stream: Writable): Promise<void> => {
  for (const message of messages) await new Promise((resolve) => void stream.write(Buffer.from(message), resolve))
  stream.end()
}

/** The messages that the echo returns, and the bytes that were sent in both directions. */
const sendThereAndBack = async (): Promise<{ readonly back: string; readonly bytes: number }> => {
  const server = http2.createServer()
  server.on('stream', async (stream) => {
    const there = await text(stream)
    stream.respond({ ':status': there === messages.join('') ? 200 : 500 })
    await writeAll(stream)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = http2.connect(`http://127.0.0.1:${port}`)
  onTestFinished(() => {
    client.destroy()
    server.close()
  })
  const stream = client.request({ ':method': 'POST' })
  const [back] = await Promise.all([text(stream), writeAll(stream)])
  return { back, bytes: client.socket.bytesRead + client.socket.bytesWritten }
}

test('given messages that each wait for the one before, when they cross a connection, then in far fewer frames, and whole', async () => {
  const before = await sendThereAndBack()
  gatherHttp2Writes('client')
  gatherHttp2Writes('server')
  gatherHttp2Writes('server')
  const gathered = await sendThereAndBack()

  expect([before.back, gathered.back]).toEqual([messages.join(''), messages.join('')])
  // The head of a frame is nine bytes, and both ways had one for each message.
  const framesSaved = (before.bytes - gathered.bytes) / 9
  expect(framesSaved).toBeGreaterThan(messages.length)
})
