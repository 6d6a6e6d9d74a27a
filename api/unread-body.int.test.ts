// Answers that are sent before the body was read. Every sender must be able to read them. If the connection ended too early, the
// sender would see a broken pipe instead of the answer.
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { request as undici } from 'undici'
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

type Opened = { readonly socket: Socket; readonly received: () => string; readonly closed: Promise<string> }

/** A sender that goes on after the server has ended its side, as those do that read the answer at the end. */
const open = ({ port } = api.server): Opened => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
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

/** Begins the body, and goes on once the answer is there, so that a connection that ends with the answer is found out. */
const sendBody = async ({ socket, received }: Opened, data: Buffer | string = piece): Promise<void> => {
  for (let sent = 0; sent < twoMegabytes; sent += pieceBytes) {
    await write(socket, data)
    if (sent === bodyBytesMax) await expect.poll(received).not.toBe('')
  }
}

/** The status of each answer. */
const statusesOf = ({ received }: Opened): readonly string[] =>
  [...received().matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = '']) => status)

/** Sends two megabytes and then another request on the same connection. */
const sendBoth = async (line: string, headers: Readonly<Record<string, string>>): Promise<Opened> => {
  const opened = open()
  await write(opened.socket, head(line, { ...headers, 'content-length': twoMegabytes }))
  await sendBody(opened)
  opened.socket.end(head('GET /health/live HTTP/1.1', { connection: 'close' }))
  expect(await opened.closed).toBe('closed')
  return opened
}

const authorization = `Bearer ${shopKey}`
const json = 'application/json'

describe('a body of 2 MB is discarded after the answer, and the connection serves the next request', () => {
  test.each([
    ['too large', 'POST /v1/reservations', { authorization, 'content-type': json }, '413'],
    ['without a credential', 'POST /v1/reservations', { 'content-type': json }, '401'],
    ['not for this caller', 'POST /v1/products', { authorization, 'content-type': json }, '403'],
    ['to an address where nothing is', 'POST /v1/nothing', { authorization }, '404'],
    ['with a method that is none', 'DELETE /v1/reservations', { authorization }, '405'],
    ['under a GET', 'GET /v1/products', { authorization }, '200'],
    ['a webhook without a signature', 'POST /webhooks/stripe', {}, '413'],
    ['with an unknown expectation', 'POST /v1/reservations', { authorization, expect: 'tea' }, '413'],
  ])('%s', async (_, line, headers, status) => {
    expect(statusesOf(await sendBoth(`${line} HTTP/1.1`, headers))).toEqual([status, '200'])
  })

  test('in chunks of unknown number', async () => {
    const opened = open()
    const headers = { authorization, 'content-type': json, 'transfer-encoding': 'chunked' }
    await write(opened.socket, head('POST /v1/reservations HTTP/1.1', headers))
    await sendBody(opened, `${pieceBytes.toString(16)}\r\n${piece}\r\n`)
    opened.socket.end(`0\r\n\r\n${head('GET /health/live HTTP/1.1', { connection: 'close' })}`)
    expect(await opened.closed).toBe('closed')
    expect(statusesOf(opened)).toEqual(['413', '200'])
  })
})

describe('a sender whose connection closes after the answer', () => {
  test.each([
    ['asks for that over HTTP/1.1', 'HTTP/1.1', { connection: 'close' }],
    ['speaks HTTP/1.0', 'HTTP/1.0', {}],
    ['speaks HTTP/1.0 and expects what that does not have', 'HTTP/1.0', { expect: '100-continue' }],
    ['asks first and does not wait', 'HTTP/1.1', { expect: '100-continue' }],
  ])('reads it: one that %s', async (_, version, more) => {
    const opened = open()
    const headers = { authorization, 'content-type': json, 'content-length': twoMegabytes, ...more }
    await write(opened.socket, head(`POST /v1/reservations ${version}`, headers))
    await sendBody(opened)
    opened.socket.end()
    expect(await opened.closed).toBe('closed')
    expect(statusesOf(opened)).toEqual(['413'])
  })
})

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

test('a sender that asks first is refused before it sends', async () => {
  const opened = open()
  const headers = { authorization, 'content-type': json, expect: '100-continue', 'content-length': twoMegabytes }
  const ended = new Promise((resolve) => opened.socket.on('end', resolve))
  await write(opened.socket, head('POST /v1/reservations HTTP/1.1', headers))
  await ended
  opened.socket.end()
  expect(await opened.closed).toBe('closed')
  expect(statusesOf(opened)).toEqual(['413'])
})

test('a sender that asks first and whose body fits is told to go on', async () => {
  const opened = open()
  const body = JSON.stringify({ lines: [] })
  const headers = {
    authorization,
    connection: 'close',
    'content-type': json,
    expect: '100-continue',
    'content-length': body.length,
  }
  await write(opened.socket, head('POST /v1/reservations HTTP/1.1', headers))
  opened.socket.end(body)
  await opened.closed
  expect(statusesOf(opened)).toEqual(['100', '422'])
})

test.each([true, false])('undici reads the answer, and closes the connection: %s', async (reset) => {
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const { statusCode, body } = await undici(`${api.server.url}/v1/reservations`, {
        method: 'POST',
        headers: { authorization, 'content-type': json },
        body: Buffer.alloc(twoMegabytes, 'x'),
        reset,
      })
      expect(await body.json()).toMatchObject({ code: 'body_too_large' })
      return statusCode
    }),
  )
  expect(statuses).toEqual(Array(20).fill(413))
})

test('a sender slower than the request timeout is answered, and cut off then', async () => {
  const timeouts = { headersMilliseconds: 500, requestMilliseconds: 500, checkMilliseconds: 50 }
  const strict = await startApi({ timeouts })
  try {
    const { socket, received, closed } = open(strict.server)
    await write(socket, head('POST /v1/reservations HTTP/1.1', { authorization, 'content-length': twoMegabytes }))
    while (!socket.destroyed) {
      await write(socket, 'x')
      await wait(20)
    }
    await closed
    expect(received()).toMatch(/^HTTP\/1\.1 413/)
  } finally {
    await strict.close()
  }
})

describe('a server that stops while a body is read away', () => {
  const begin = async (): Promise<Opened> => {
    const opened = open()
    const headers = { authorization, 'content-type': json, 'content-length': twoMegabytes }
    await write(opened.socket, head('POST /v1/reservations HTTP/1.1', headers))
    await expect.poll(() => statusesOf(opened)).toEqual(['413'])
    return opened
  }

  test('waits for the rest, then closes', async () => {
    const opened = await begin()
    const closing = api.server.close(new Promise(() => undefined))
    await sendBody(opened)
    await closing
    opened.socket.end()
    expect(await opened.closed).toBe('closed')
  })

  test('cuts a sender that does not come to an end at the deadline', async () => {
    const opened = await begin()
    await api.server.close(Promise.resolve())
    opened.socket.end()
    await opened.closed
  })
})

test('a body of the largest size is read', async () => {
  const text = JSON.stringify('x'.repeat(bodyBytesMax - 2))
  const reply = await api.call('POST', '/v1/reservations', { raw: text, headers: { 'content-type': json } })
  expect(reply.status).toBe(422)
})

describe('a request that is refused while an earlier one of its connection is still answered', () => {
  const slow = async () => {
    await wait(300)
    return { items: [], facets: { category: [], brand: [], price: null }, total: 0, matched: 'all' } as const
  }

  test.each([
    ['asks first', { expect: '100-continue' }, 0],
    ['is too long', {}, discardedBytesMax + pieceBytes],
  ])('does not cut that answer: one that %s', async (_, more, bytes) => {
    const pipelined = await startApi({ useCases: { searchProducts: slow } })
    const opened = open(pipelined.server)
    await write(opened.socket, head('GET /v1/products HTTP/1.1', { authorization }))
    const headers = { authorization, 'content-type': json, 'content-length': 2 * discardedBytesMax, ...more }
    await write(opened.socket, head('POST /v1/reservations HTTP/1.1', headers))
    for (let sent = 0; sent < bytes; sent += pieceBytes) opened.socket.write(piece)
    await expect.poll(() => statusesOf(opened)).toEqual(['200', '413'])
    opened.socket.destroy()
    await pipelined.close()
  })
})
