// Goal: ask over HTTP at so little cost that a machine of few cores measures the server and not whoever asks. Method: raw
// keep-alive connections that read as much of HTTP/1.1 as our own API writes, an answer with its length, and refuse the rest.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export type Reply = { readonly status: number; readonly text: string }

export type Request = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
}

export type Connections = {
  /** Asks on the connection that is idle longest, and waits for one where none is. Rejects where no answer comes. */
  readonly ask: (request: Request) => Promise<Reply>
  readonly close: () => void
}

type Connection = { readonly ask: (message: string) => Promise<Reply>; readonly close: () => void }

const headEnd = Buffer.from('\r\n\r\n')
const closePattern = /\r\nconnection: close/i
const lengthPattern = /\r\ncontent-length: (\d+)/i

/** The answer at the start of `received`, and whether the server closes the connection after it; undefined until it is whole. */
const replyIn = (received: Buffer): { readonly reply: Reply; readonly isLast: boolean } | undefined => {
  const end = received.indexOf(headEnd)
  if (end < 0) return undefined
  const head = received.toString('latin1', 0, end)
  const length = lengthPattern.exec(head)?.[1]
  if (length === undefined) throw new Error('an answer came without its length')
  const bodyStart = end + headEnd.length
  const bodyEnd = bodyStart + Number(length)
  if (received.length < bodyEnd) return undefined
  const reply = { status: Number(head.slice(9, 12)), text: received.toString('utf8', bodyStart, bodyEnd) }
  return { reply, isLast: closePattern.test(head) }
}

const createConnection = ({ hostname, port }: URL): Connection => {
  let socket: Socket | undefined
  let received: Buffer | undefined
  let waiting: PromiseWithResolvers<Reply> | undefined

  const fail = (error: Error): void => {
    socket?.destroy()
    socket = undefined
    waiting?.reject(error)
    waiting = undefined
  }
  const take = (chunk: Buffer): void => {
    received = received === undefined ? chunk : Buffer.concat([received, chunk])
    try {
      const found = replyIn(received)
      if (found === undefined) return
      received = undefined
      waiting?.resolve(found.reply)
      waiting = undefined
      if (found.isLast) fail(new Error('the server closes the connection'))
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)))
    }
  }
  const opened = async (): Promise<Socket> => {
    const made = connect({ host: hostname, port: Number(port), noDelay: true })
    await once(made, 'connect')
    made.on('data', take)
    made.on('error', fail)
    // The server may close what was idle: the next request opens it again.
    made.on('close', () => {
      if (made === socket) fail(new Error('the server closed the connection'))
    })
    socket = made
    return made
  }
  return {
    ask: async (message) => {
      const open = socket ?? (await opened())
      received = undefined
      const answer = Promise.withResolvers<Reply>()
      waiting = answer
      open.write(message)
      return answer.promise
    },
    close: () => fail(new Error('closed')),
  }
}

const messageOf = ({ method, path, headers, body }: Request): string => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `${method} ${path} HTTP/1.1\r\nhost: localhost\r\n${lines.join('')}`
  if (body === undefined) return `${head}content-length: 0\r\n\r\n`
  const text = JSON.stringify(body)
  return `${head}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
}

/** So many connections, shared out evenly over the servers. */
export const openConnections = (urls: readonly string[], count: number): Connections => {
  const servers = urls.map((url) => new URL(url))
  const all = Array.from({ length: count }, (_, index) => {
    const server = servers[index % servers.length]
    if (server === undefined) throw new Error('no server to connect to')
    return createConnection(server)
  })
  const idle = [...all]
  const wanting: ((connection: Connection) => void)[] = []
  const give = (connection: Connection): void => {
    const next = wanting.shift()
    if (next === undefined) idle.push(connection)
    else next(connection)
  }
  const taken = (): Promise<Connection> => new Promise((resolve) => wanting.push(resolve))
  return {
    ask: async (request) => {
      const connection = idle.shift() ?? (await taken())
      try {
        return await connection.ask(messageOf(request))
      } finally {
        give(connection)
      }
    },
    close: () => {
      for (const connection of all) connection.close()
    },
  }
}
