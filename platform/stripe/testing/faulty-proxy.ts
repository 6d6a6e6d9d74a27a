// An HTTP proxy in front of the payment simulator that injects faults: each request takes the next fault of the list, and passes
// if there is none. It records the requests, so that a test sees each attempt.

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

type Fault =
  | 'pass'
  /** The request is taken and never answered, nor handed on. */
  | 'hang'
  /** The headers of an answer come, its body a space at a time for ever. */
  | 'drip'
  /** The connection is closed, and the request is not forwarded. */
  | 'drop'
  /** The request is carried out, and its answer lost. */
  | 'drop the answer'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }

type Asked = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export type FaultyProxy = {
  readonly port: number
  readonly asked: readonly Asked[]
  /** What becomes of the next requests, in their order. */
  readonly next: (...faults: readonly Fault[]) => void
  /** What becomes of every request from now on, once those are through. */
  readonly always: (fault: Fault) => void
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

const dripMilliseconds = 20

export const startFaultyProxy = async (targetPort: number): Promise<FaultyProxy> => {
  const asked: Asked[] = []
  const faults: Fault[] = []
  let usual: Fault = 'pass'
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming)
    asked.push({ method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body })
    await behave(faults.shift() ?? usual, { incoming, body, response, targetPort })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port')
  return {
    port: address.port,
    asked,
    next: (...more) => void faults.push(...more),
    always: (fault) => {
      usual = fault
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

type Exchange = {
  readonly incoming: IncomingMessage
  readonly body: string
  readonly response: ServerResponse
  readonly targetPort: number
}

const behave = async (fault: Fault, exchange: Exchange): Promise<void> => {
  const { response } = exchange
  if (typeof fault === 'object') {
    response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
    response.end(fault.body ?? JSON.stringify({ error: { type: 'api_error', message: 'scripted' } }))
    return
  }
  switch (fault) {
    case 'hang':
      return
    case 'drip': {
      response.writeHead(200, { 'content-type': 'application/json' })
      const timer = setInterval(() => response.write(' '), dripMilliseconds)
      response.once('close', () => clearInterval(timer))
      return
    }
    case 'drop':
      response.socket?.resetAndDestroy()
      return
    case 'drop the answer':
      await handOn(exchange)
      response.socket?.resetAndDestroy()
      return
    case 'pass': {
      const answer = await handOn(exchange)
      response.writeHead(answer.status, answer.headers).end(answer.body)
      return
    }
    default:
      fault satisfies never
  }
}

const handOn = async ({ incoming, body, targetPort }: Exchange) => {
  const outgoing = request({
    host: '127.0.0.1',
    port: targetPort,
    method: incoming.method,
    path: incoming.url,
    headers: incoming.headers,
    agent: false,
  })
  outgoing.end(body)
  const [answer]: IncomingMessage[] = await once(outgoing, 'response')
  if (answer === undefined) throw new Error('no answer')
  const { connection: _, 'transfer-encoding': __, ...headers } = answer.headers
  return { status: answer.statusCode ?? 0, headers, body: await text(answer) }
}
