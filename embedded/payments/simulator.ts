// The payment simulator: speaks Stripe's HTTP API, so that the official SDK works against it with no more than another
// host and key, and keeps a ledger of its own that survives a crash. Unless told otherwise it listens on loopback alone.

import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPipeline } from './pipeline.ts'
import { paymentServer } from './server.ts'
import { openStore } from './store.ts'
import { webhookPost } from './webhook-post.ts'
import { startWebhookSender } from './webhooks.ts'

export type PaymentSimulatorOptions = {
  /** The folder of the ledger, or 'memory' to keep nothing. */
  readonly dataDir: string | 'memory'
  /** 0 takes any free port. */
  readonly port: number
  /** The address to listen on; loopback unless given. */
  readonly host?: string
  readonly apiKey: string
  readonly webhook?: { readonly url: string; readonly secret: string }
  /** Waited before each call is executed; 0 unless given. */
  readonly latencyMs?: number
  readonly log?: (line: string) => void
}

export type PaymentSimulator = { readonly port: number; readonly stop: () => Promise<void> }

const loopback = '127.0.0.1'
const stopGraceMs = 5_000

/** Rejects with one clear line when the port or the data folder is taken. */
export const startPaymentSimulator = async (options: PaymentSimulatorOptions): Promise<PaymentSimulator> => {
  const { dataDir, port, host = loopback, apiKey, webhook, latencyMs = 0, log = () => {} } = options
  const store = openStore(dataDir, webhook !== undefined)
  const posting = webhook && webhookPost(webhook, Date.now)
  const sender = posting && startWebhookSender({ store, post: posting.post, now: Date.now, log })
  const pipeline = startPipeline({
    store,
    beforeExecuting: () => (latencyMs > 0 ? sleep(latencyMs) : Promise.resolve()),
    afterCommit: () => sender?.wake(),
    log,
  })
  const server = createServer(paymentServer({ pipeline, apiKey, canReset: dataDir === 'memory', now: Date.now }))
  // Longer than a client's pool keeps a socket, so that the server is not the one to close it under a request.
  server.keepAliveTimeout = 65_000

  const closeRest = async (): Promise<void> => {
    await sender?.stop()
    posting?.close()
    store.close()
  }

  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    await closeRest()
    throw listenError(error, host, port)
  }
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      const deadline = setTimeout(() => server.closeAllConnections(), stopGraceMs)
      await closed
      clearTimeout(deadline)
      await closeRest()
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
