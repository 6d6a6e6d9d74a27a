import { randomUUID } from 'node:crypto'

/** An HTTP response. `body` is the parsed JSON, or the text if it is not JSON. */
export type Answer = { readonly status: number; readonly body: unknown; readonly headers: Headers }

export type CallOptions = {
  /** Idempotency-Key; if not given, each call gets a new one. */
  readonly key?: string
  /** Order-Token of the order that the call is about. */
  readonly orderToken?: string
}

/** Calls one API with one credential. Rejects if no answer came; then it is unknown whether the request was carried out. */
export type Caller = {
  readonly get: (path: string, options?: CallOptions) => Promise<Answer>
  readonly post: (path: string, body?: unknown, options?: CallOptions) => Promise<Answer>
  readonly put: (path: string, body: unknown, options?: CallOptions) => Promise<Answer>
}

const answerMillisecondsMax = 30_000

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export const createCaller = (url: string, credential: string): Caller => {
  const call = async (method: string, path: string, body: unknown, options: CallOptions = {}): Promise<Answer> => {
    const { key = randomUUID(), orderToken } = options
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${credential}`,
        ...(method === 'GET' ? {} : { 'idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(orderToken === undefined ? {} : { 'order-token': orderToken }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(answerMillisecondsMax),
    })
    return { status: response.status, body: parsed(await response.text()), headers: response.headers }
  }
  return {
    get: (path, options) => call('GET', path, undefined, options),
    post: (path, body, options) => call('POST', path, body, options),
    put: (path, body, options) => call('PUT', path, body, options),
  }
}
