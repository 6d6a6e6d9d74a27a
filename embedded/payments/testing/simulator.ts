// Shared by the integration tests: a simulator in memory or on a folder, the official SDK for it, and a webhook receiver.

import { once } from 'node:events'
import { createServer } from 'node:http'
import Stripe from 'stripe'
import { type PaymentSimulatorOptions, startPaymentSimulator } from '../simulator.ts'

export const apiKey = 'sk_test_simulator'
export const webhookSecret = 'whsec_simulator'

export const sdk = (port: number, key: string = apiKey): Stripe =>
  new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0, telemetry: false })

/** The error of a call that must fail. */
export const errorOf = async (call: Promise<unknown>) => {
  try {
    await call
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error
    throw error
  }
  throw new Error('the call succeeded')
}

type Method = 'GET' | 'POST' | 'PUT'

export type TestSimulator = {
  readonly stripe: Stripe
  readonly port: number
  readonly request: (method: Method, path: string, body?: object) => Promise<{ status: number; body: unknown }>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

export const testSimulator = async (options: Partial<PaymentSimulatorOptions> = {}): Promise<TestSimulator> => {
  const simulator = await startPaymentSimulator({ dataDir: 'memory', port: 0, apiKey, ...options })
  return {
    stripe: sdk(simulator.port),
    port: simulator.port,
    request: (method, path, body) => requestJson(simulator.port, method, path, body),
    [Symbol.asyncDispose]: () => simulator.stop(),
  }
}

export const requestJson = async (port: number, method: Method, path: string, body?: object) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer: unknown = await response.json()
  return { status: response.status, body: answer }
}

type Received = { readonly body: string; readonly signature: string }

export type Receiver = {
  readonly url: string
  readonly received: readonly Received[]
  /** Resolves when so many were received in all. */
  readonly count: (wanted: number) => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/** `statusOf` chooses the answer to the n-th delivery, from 0. */
export const webhookReceiver = async (statusOf: (nth: number) => number = () => 200): Promise<Receiver> => {
  const received: Received[] = []
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const status = statusOf(received.length)
      received.push({ body, signature: String(request.headers['stripe-signature']) })
      response.writeHead(status).end()
      for (const check of waiting) check()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the receiver has no port')
  return {
    url: `http://127.0.0.1:${address.port}/webhooks/stripe`,
    received,
    count: (wanted) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (received.length < wanted) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
