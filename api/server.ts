import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { isIPv6 } from 'node:net'
import { isRefusedBeforeSending } from './http/body.ts'

export type ApiServer = {
  readonly port: number
  readonly url: string
  /**
   * Accepts no new connection, lets requests in progress finish, and closes idle connections. When `deadline` resolves, the
   * connections that are still open are cut.
   */
  readonly close: (deadline: Promise<unknown>) => Promise<void>
}

export type ServerTimeouts = {
  readonly headersMilliseconds: number
  /** From the first byte of a request to the last of its body, whether it is used or read away. */
  readonly requestMilliseconds: number
  /** How often the two bounds above are checked. */
  readonly checkMilliseconds: number
}

type ListenOptions = {
  readonly host: string
  readonly port: number
  readonly timeouts?: ServerTimeouts | undefined
}

const serverTimeouts: ServerTimeouts = {
  headersMilliseconds: 10_000,
  requestMilliseconds: 30_000,
  checkMilliseconds: 5_000,
}
const keepAliveTimeoutMilliseconds = 65_000
const connectionsMax = 10_000

/** Listens on `host` and `port` (0: any free port). Rejects if the port is taken. */
export const startServer = async (
  listener: RequestListener,
  { host, port, timeouts = serverTimeouts }: ListenOptions,
): Promise<ApiServer> => {
  let closing = false
  const serve: RequestListener = (request, response) => {
    // While the server closes, a connection must not be kept alive for a next request.
    response.once('close', () => {
      if (closing) server.closeIdleConnections()
    })
    listener(request, response)
  }
  const server = createServer(
    {
      headersTimeout: timeouts.headersMilliseconds,
      requestTimeout: timeouts.requestMilliseconds,
      connectionsCheckingInterval: timeouts.checkMilliseconds,
      // Longer than the idle timeout of common load balancers, so that the balancer closes first.
      keepAliveTimeout: keepAliveTimeoutMilliseconds,
    },
    serve,
  )
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (!isRefusedBeforeSending(request)) response.writeContinue()
    serve(request, response)
  })
  // Node would refuse any other expectation without a problem document; the standard allows to ignore it.
  server.on('checkExpectation', serve)
  server.maxConnections = connectionsMax
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new Error(`Port ${port} on ${host} is taken: set PORT to another.`) : error),
    )
    server.listen(port, host, resolve)
  })
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    port: bound,
    url: `http://${isIPv6(host) ? `[${host}]` : host}:${bound}`,
    close: async (deadline) => {
      closing = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      await Promise.race([closed, deadline])
      server.closeAllConnections()
      await closed
    },
  }
}
