import { createServer, type RequestListener } from 'node:http'
import { isIPv6 } from 'node:net'

export type ApiServer = {
  readonly port: number
  readonly url: string
  /**
   * Takes no new connection, lets requests under way finish, and closes idle connections. At the `deadline`, which the
   * caller's timer resolves, what is still open is cut.
   */
  readonly close: (deadline: Promise<unknown>) => Promise<void>
}

const headersTimeoutMs = 10_000
const requestTimeoutMs = 30_000
const keepAliveTimeoutMs = 65_000
const connectionsMax = 10_000

/** Listens on `host` and `port` (0: any free one). Rejects where the port is taken. */
export const startServer = async (
  listener: RequestListener,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<ApiServer> => {
  let closing = false
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      // Longer than the idle time of common load balancers, so that the balancer is the one who closes.
      keepAliveTimeout: keepAliveTimeoutMs,
    },
    (request, response) => {
      // A connection that was kept alive for this request would stay open for the next, which is not to come.
      response.once('close', () => {
        if (closing) server.closeIdleConnections()
      })
      listener(request, response)
    },
  )
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
