// The payment simulator: speaks Stripe's HTTP API, so that the official SDK works against it with no more than another
// host and key, and keeps a ledger of its own that survives a crash. By default it listens on loopback only.

import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultPlan } from './faults/fault-plan.ts'
import { createFaults } from './faults/faults.ts'
import { type Listening, startListening } from './http/listening.ts'
import { startPipeline } from './http/pipeline.ts'
import { paymentServer } from './http/server.ts'
import { openStore } from './ledger/store.ts'
import { postCopies } from './webhooks/webhook-copies.ts'
import { webhookPost } from './webhooks/webhook-post.ts'
import { startWebhookSender } from './webhooks/webhooks.ts'

export type PaymentSimulatorOptions = {
  /** The folder of the ledger, or 'memory' to keep nothing. */
  readonly dataDir: string | 'memory'
  /** 0 takes any free port. */
  readonly port: number
  /** The address to listen on; loopback unless given. */
  readonly host?: string
  readonly apiKey: string
  /** `events`: the types that are sent to the endpoint, as enabled for a Stripe endpoint. Default: all. */
  readonly webhook?: { readonly url: string; readonly secret: string; readonly events?: readonly string[] }
  /** How long any call takes, faults apart; 0 unless given. */
  readonly latencyMilliseconds?: number
  /** The switches at the start; none unless given. */
  readonly faults?: FaultPlan
  readonly log?: (line: string) => void
}

export type PaymentSimulator = { readonly port: number; readonly stop: () => Promise<void> }

const loopback = '127.0.0.1'

/** Rejects with one clear line when the port or the data folder is taken. */
export const startPaymentSimulator = async (options: PaymentSimulatorOptions): Promise<PaymentSimulator> => {
  const { dataDir, port, host = loopback, apiKey, webhook, latencyMilliseconds = 0, log = () => {} } = options
  const faults = createFaults(Date.now, options.faults)
  const isEnabled = (type: string): boolean => webhook?.events?.includes(type) ?? true
  const deliverAt = (at: number, type: string): number | null => (isEnabled(type) ? faults.deliverAt(at) : null)
  const store = openStore(dataDir, webhook === undefined ? null : deliverAt)
  const posting = webhook && webhookPost(webhook, Date.now)
  const sender = posting && startWebhookSender({ store, post: postCopies(posting.post, faults), now: Date.now, log })
  const pipeline = startPipeline({
    store,
    beforeExecuting: async ({ operation }) => {
      const found = operation === null ? nothing : faults.ofCall(operation)
      const waitMilliseconds = latencyMilliseconds + found.latencyMilliseconds
      if (waitMilliseconds > 0) await sleep(waitMilliseconds)
      return found.failure
    },
    afterCommit: () => sender?.wake(),
    log,
  })
  let listening: Listening | undefined
  const refuseFor = (ms: number): void => listening?.refuseFor(ms)
  const canReset = dataDir === 'memory'
  const server = createServer(paymentServer({ pipeline, faults, refuseFor, apiKey, canReset, now: Date.now }))
  // Longer than a client's pool keeps a socket, so that the server is not the one to close it under a request.
  server.keepAliveTimeout = 65_000

  const closeRest = async (): Promise<void> => {
    await sender?.stop()
    posting?.close()
    store.close()
  }

  try {
    listening = await startListening(server, { host, port }, log)
  } catch (error) {
    await closeRest()
    throw error
  }
  const { stop } = listening
  if (options.faults?.refuseConnectionsMilliseconds !== undefined)
    refuseFor(options.faults.refuseConnectionsMilliseconds)
  return {
    port: listening.port,
    stop: async () => {
      await stop()
      await closeRest()
    },
  }
}

const nothing = { latencyMilliseconds: 0, failure: null }
