// Goal: send HTTP requests at so little cost that on a machine with few cores the server is measured and not the client.
// Method: raw keep-alive connections that understand only the part of HTTP/1.1 that our API writes (an answer with its
// Content-Length) and reject everything else.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { asError } from '#domain/error-text.ts'

export type HttpRequest = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
}

export type HttpAnswer = { readonly status: number; readonly text: string }

export type HttpConnections = {
  /** Sends on the connection that has been idle longest, or waits for one if all are busy. Rejects if no answer comes. */
  readonly send: (request: HttpRequest) => Promise<HttpAnswer>
  readonly close: () => void
}

/** The parsed JSON of an answer with the expected status. Throws if the status is another. */
export const bodyOf = ({ status, text }: HttpAnswer, statusExpected: number): unknown => {
  if (status !== statusExpected) throw new Error(`expected ${statusExpected}, got ${status}: ${text}`)
  return JSON.parse(text)
}

type Connection = { readonly send: (message: string) => Promise<HttpAnswer>; readonly close: () => void }

const headEnd = Buffer.from('\r\n\r\n')
const statusPattern = /^HTTP\/1\.1 (\d{3})/
const closePattern = /\r\nconnection: close/i
const lengthPattern = /\r\ncontent-length: (\d+)/i

/**
 * The answer at the start of `received`, and whether the server closes the connection after it. Undefined while the answer is
 * incomplete.
 */
const parseAnswer = (received: Buffer): { readonly answer: HttpAnswer; readonly isLast: boolean } | undefined => {
  const end = received.indexOf(headEnd)
  if (end < 0) return undefined
  const head = received.toString('latin1', 0, end)
  const length = lengthPattern.exec(head)?.[1]
  if (length === undefined) throw new Error('an answer has no Content-Length')
  const bodyStart = end + headEnd.length
  const bodyEnd = bodyStart + Number(length)
  if (received.length < bodyEnd) return undefined
  const answer = { status: Number(statusPattern.exec(head)?.[1]), text: received.toString('utf8', bodyStart, bodyEnd) }
  return { answer, isLast: closePattern.test(head) }
}

const createConnection = ({ hostname, port }: URL): Connection => {
  let socket: Socket | undefined
  let received: Buffer | undefined
  let waiting: PromiseWithResolvers<HttpAnswer> | undefined

  const fail = (error: Error): void => {
    socket?.destroy()
    socket = undefined
    waiting?.reject(error)
    waiting = undefined
  }
  const receive = (chunk: Buffer): void => {
    received = received === undefined ? chunk : Buffer.concat([received, chunk])
    try {
      const parsed = parseAnswer(received)
      if (parsed === undefined) return
      received = undefined
      waiting?.resolve(parsed.answer)
      waiting = undefined
      if (parsed.isLast) fail(new Error('the server closes the connection'))
    } catch (error) {
      fail(asError(error))
    }
  }
  const open = async (): Promise<Socket> => {
    const opened = connect({ host: hostname, port: Number(port), noDelay: true })
    await once(opened, 'connect')
    opened.on('data', receive)
    opened.on('error', fail)
    // The server may close an idle connection; the next request opens a new one.
    opened.on('close', () => {
      if (opened === socket) fail(new Error('the server closed the connection'))
    })
    socket = opened
    return opened
  }
  return {
    send: async (message) => {
      const opened = socket ?? (await open())
      received = undefined
      const answer = Promise.withResolvers<HttpAnswer>()
      waiting = answer
      opened.write(message)
      return answer.promise
    },
    close: () => fail(new Error('closed')),
  }
}

const messageOf = ({ method, path, headers, body }: HttpRequest): string => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${lines.join('')}`
  if (body === undefined) return `${head}content-length: 0\r\n\r\n`
  const text = JSON.stringify(body)
  return `${head}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
}

/** `count` connections, spread evenly over the servers. Each is opened when it is first used. */
export const openConnections = (urls: readonly string[], count: number): HttpConnections => {
  const servers = urls.map((url) => new URL(url))
  const all = Array.from({ length: count }, (_, index) => {
    const server = servers[index % servers.length]
    if (server === undefined) throw new Error('no server to connect to')
    return createConnection(server)
  })
  const idle = [...all]
  const waiting: ((connection: Connection) => void)[] = []
  const release = (connection: Connection): void => {
    const next = waiting.shift()
    if (next === undefined) idle.push(connection)
    else next(connection)
  }
  const whenReleased = (): Promise<Connection> => new Promise((resolve) => waiting.push(resolve))
  return {
    send: async (request) => {
      const connection = idle.shift() ?? (await whenReleased())
      try {
        return await connection.send(messageOf(request))
      } finally {
        release(connection)
      }
    },
    close: () => {
      for (const connection of all) connection.close()
    },
  }
}
