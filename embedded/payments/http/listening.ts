// Listening, and not listening for a while. A simulator that refuses connections has closed its port, so it cannot be asked
// to open it again: that is why the time is bounded and the port opens by itself.

import { once } from 'node:events'
import type { Server } from 'node:http'

export type Listening = {
  readonly port: number
  /** Closes the port and every connection; what was being executed is carried out and its answer lost. */
  readonly refuseFor: (ms: number) => void
  readonly stop: () => Promise<void>
}

const stopGraceMilliseconds = 5_000
const reopenEveryMilliseconds = 100

/** Rejects with one clear line when the port is taken or the address is not this machine's. */
export const startListening = async (
  server: Server,
  wanted: { readonly host: string; readonly port: number },
  log: (line: string) => void,
): Promise<Listening> => {
  const { host } = wanted
  try {
    server.listen(wanted.port, host)
    await once(server, 'listening')
  } catch (error) {
    throw listenError(error, host, wanted.port)
  }
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : wanted.port
  let reopening: NodeJS.Timeout | undefined

  const reopenAfter = (ms: number): void => {
    clearTimeout(reopening)
    reopening = setTimeout(() => server.listen(port, host), ms)
  }
  server.on('listening', () => {
    reopening = undefined
  })
  // Somebody else has taken the port meanwhile.
  server.on('error', (error) => {
    log(`cannot listen on port ${port} yet: ${error.message}`)
    reopenAfter(reopenEveryMilliseconds)
  })

  return {
    port,
    refuseFor: (ms) => {
      if (server.listening) server.close()
      server.closeAllConnections()
      reopenAfter(ms)
    },
    stop: async () => {
      clearTimeout(reopening)
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      const deadline = setTimeout(() => server.closeAllConnections(), stopGraceMilliseconds)
      await closed
      clearTimeout(deadline)
    },
  }
}

const listenError = (error: unknown, host: string, port: number): unknown => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return new Error(`Port ${port} is taken: stop what listens there or choose another with --port.`, { cause: error })
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new Error(`${host} is no address of this machine: --host takes one.`, { cause: error })
  return error
}
