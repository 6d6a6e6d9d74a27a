import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers `GET /health/live` and `GET /ping` on a port of its own: the node's own port speaks HTTP/2 alone. */
export const serveHealth = (
  host: string,
  port: number,
): Promise<{ readonly port: number; readonly stop: () => void }> => {
  const server = createServer((request, response) => {
    const isKnown = request.url === '/health/live' || request.url === '/ping'
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'text/plain' }).end(isKnown ? 'ok\n' : 'not found\n')
  })
  return new Promise((resolve, reject) => {
    server.once('error', () => reject(new Error(`The health port ${port} on ${host} cannot be opened: is it in use?`)))
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo
      resolve({
        port: address.port,
        stop: () => {
          server.close()
          server.closeAllConnections()
        },
      })
    })
  })
}
