// How the SDK reaches Stripe: over a pool of kept connections, by a client that takes half the processor time of Node's own.
// An order makes three calls over it, and sending one cost more than understanding its answer.

import type Stripe from 'stripe'
import { type Dispatcher, Pool } from 'undici'

export type HttpClientOptions = {
  readonly origin: string
  readonly socketsMax: number
  /** A request that has no whole answer by then is given up, and its connection with it. */
  readonly answerMillisecondsMax: number
}

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>
type Answer = Awaited<ReturnType<HttpClient['makeRequest']>>
type AnswerHeaders = ReturnType<Answer['getHeaders']>

/**
 * The SDK sends a request whose connection was closed once more, also with its retries off. Retries are counted in one
 * place (`calls.ts`), so it does not get to see the code that it would do that for.
 */
const withoutCode = (error: Error): Error =>
  new Error('code' in error ? `${error.message} (${String(error.code)})` : error.message)

const answerOf = (status: number, headers: AnswerHeaders, body: string): Answer => ({
  getStatusCode: () => status,
  getHeaders: () => headers,
  // The SDK exposes it as the last response of an object.
  getRawResponse: () => ({ headers }),
  toJSON: async () => JSON.parse(body),
  toStream: () => {
    throw new Error('Answers of Stripe are read as a whole.')
  },
})

/** Repeated headers, joined as HTTP defines it. */
const joined = (received: Readonly<Record<string, string | string[] | undefined>>): AnswerHeaders => {
  const headers: AnswerHeaders = {}
  for (const [name, value] of Object.entries(received))
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ')
  return headers
}

/** Resolves with the whole answer, whatever its status. Rejects if none, or only a part of one, came in time. */
const ask = (pool: Pool, request: Dispatcher.DispatchOptions, answerMillisecondsMax: number): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let status = 0
    let headers: AnswerHeaders = {}
    let giveUp: ((reason: Error) => void) | undefined
    let tooLate: Error | undefined
    const deadline = setTimeout(() => {
      tooLate = new Error(`no answer within ${answerMillisecondsMax} ms`)
      giveUp?.(tooLate)
      reject(tooLate)
    }, answerMillisecondsMax)
    pool.dispatch(request, {
      onRequestStart: (controller) => {
        giveUp = (reason) => controller.abort(reason)
        // It waited for a connection until nobody waited for it.
        if (tooLate) giveUp(tooLate)
      },
      onResponseStart: (_, statusCode, received) => {
        status = statusCode
        headers = joined(received)
      },
      onResponseData: (_, chunk) => {
        chunks.push(chunk)
      },
      onResponseEnd: () => {
        clearTimeout(deadline)
        resolve(answerOf(status, headers, Buffer.concat(chunks).toString()))
      },
      onResponseError: (_, error) => {
        clearTimeout(deadline)
        reject(withoutCode(error))
      },
    })
  })

export const createHttpClient = ({ origin, socketsMax, answerMillisecondsMax }: HttpClientOptions): HttpClient => {
  const pool = new Pool(origin, {
    connections: socketsMax,
    // A second request on a connection would wait for the first, and be lost with it.
    pipelining: 1,
    allowH2: false,
    connect: { timeout: answerMillisecondsMax },
    // The deadline of the whole ends silence as well.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    getClientName: () => 'undici',
    makeRequest: (_host, _port, path, method, headers, body) =>
      ask(pool, { path, method, headers: { ...headers }, body: body === '' ? null : body }, answerMillisecondsMax),
  }
}
