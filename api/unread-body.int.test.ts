// Answers that are sent before the body was read. Every sender must be able to read them. If the connection ended too early, the
// sender would see a broken pipe instead of the answer.
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bodyBytesMax, discardedBytesMax } from './http/body.ts'
import { type RunningApi, shopKey, startApi } from './testing/running-api.ts'

const twoMegabytes = 2 * 1_024 * 1_024
const pieceBytes = 64 * 1_024
const piece = Buffer.alloc(pieceBytes, 'x')

let api: RunningApi
beforeEach(async () => {
  api = await startApi()
})
afterEach(() => api.close())

const head = (line: string, headers: Readonly<Record<string, string | number>>): string =>
  [line, 'host: 127.0.0.1', ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n')

const open = (): { readonly socket: Socket; readonly received: () => string; readonly closed: Promise<string> } => {
  const socket = connect(api.server.port, '127.0.0.1')
  let text = ''
  let failure = 'closed'
  socket.on('data', (data) => {
    text += data
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    failure = error.code ?? error.message
  })
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(failure)))
  return { socket, received: () => text, closed }
}

/** Resolves when the data were sent or the connection has ended. */
const write = (socket: Socket, data: Buffer | string): Promise<void> =>
  new Promise((resolve) => socket.write(data, () => resolve()))

/** Sends a body of this many bytes, then a second request. Returns everything that was received. */
const sendAll = async (line: string, headers: Readonly<Record<string, string>>, bytes: number): Promise<string> => {
  const { socket, received, closed } = open()
  await write(socket, head(line, { ...headers, 'content-length': bytes }))
  for (let sent = 0; sent < bytes; sent += pieceBytes)
    await write(socket, piece.subarray(0, Math.min(pieceBytes, bytes - sent)))
  await write(socket, head('GET /health/live HTTP/1.1', { connection: 'close' }))
  expect(await closed).toBe('closed')
  return received()
}

const authorization = `Bearer ${shopKey}`
const json = 'application/json'

describe('a body of 2 MB is discarded after the answer, and the connection serves the next request', () => {
  test.each([
    ['too large', 'POST /v1/reservations', { authorization, 'content-type': json }, 413],
    ['without a credential', 'POST /v1/reservations', { 'content-type': json }, 401],
    ['not for this caller', 'POST /v1/products', { authorization, 'content-type': json }, 403],
    ['to an unknown address', 'POST /v1/nothing', { authorization }, 404],
    ['with a wrong method', 'DELETE /v1/reservations', { authorization }, 405],
    ['with a GET', 'GET /v1/products', { authorization }, 200],
    ['a webhook without a signature', 'POST /webhooks/stripe', {}, 413],
  ])('%s', async (_, line, headers, status) => {
    const text = await sendAll(`${line} HTTP/1.1`, headers, twoMegabytes)
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual([`HTTP/1.1 ${status}`, 'HTTP/1.1 200'])
  })

  test('in chunks', async () => {
    const { socket, received, closed } = open()
    const chunk = `${pieceBytes.toString(16)}\r\n${piece}\r\n`
    await write(
      socket,
      head('POST /v1/reservations HTTP/1.1', { authorization, 'content-type': json, 'transfer-encoding': 'chunked' }),
    )
    for (let sent = 0; sent < twoMegabytes; sent += pieceBytes) await write(socket, chunk)
    await write(socket, `0\r\n\r\n${head('GET /health/live HTTP/1.1', { connection: 'close' })}`)
    expect(await closed).toBe('closed')
    expect(received().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200'])
  })
})

test.each(['HTTP/1.1', 'HTTP/1.0'])(
  'a sender that asks to close the connection can read its answer too, over %s',
  async (version) => {
    const { socket, received, closed } = open()
    const headers = { authorization, connection: 'close', 'content-type': json, 'content-length': twoMegabytes }
    await write(socket, head(`POST /v1/reservations ${version}`, headers))
    for (let sent = 0; sent < twoMegabytes; sent += pieceBytes) await write(socket, piece)
    expect(await closed).toBe('closed')
    expect(received()).toMatch(/^HTTP\/1\.1 413/)
  },
)

test('a sender that never stops is answered, and cut off at the bound', async () => {
  const { socket, received, closed } = open()
  await write(
    socket,
    head('POST /v1/reservations HTTP/1.1', { authorization, 'content-length': Number.MAX_SAFE_INTEGER }),
  )
  let sent = 0
  for (; !socket.destroyed && sent < 8 * discardedBytesMax; sent += pieceBytes) await write(socket, piece)
  await closed
  expect(received()).toMatch(/^HTTP\/1\.1 413/)
  expect(sent).toBeGreaterThan(discardedBytesMax)
  expect(sent).toBeLessThan(8 * discardedBytesMax)
})

test('a sender that asks before it sends is refused at once if its body is too large', async () => {
  const { socket, received, closed } = open()
  const headers = { authorization, 'content-type': json, expect: '100-continue', 'content-length': twoMegabytes }
  await write(socket, head('POST /v1/reservations HTTP/1.1', headers))
  expect(await closed).toBe('closed')
  expect(received().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413'])
})

test('a sender that asks before it sends is told to continue if its body is small enough', async () => {
  const { socket, received, closed } = open()
  const body = JSON.stringify({ lines: [] })
  const headers = {
    authorization,
    connection: 'close',
    'content-type': json,
    expect: '100-continue',
    'content-length': body.length,
  }
  await write(socket, head('POST /v1/reservations HTTP/1.1', headers))
  await write(socket, body)
  await closed
  expect(received().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 422'])
})

test('a body of the largest size is read', async () => {
  const text = JSON.stringify('x'.repeat(bodyBytesMax - 2))
  const reply = await api.call('POST', '/v1/reservations', { raw: text, headers: { 'content-type': json } })
  expect(reply.status).toBe(422)
})
