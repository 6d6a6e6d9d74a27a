import { randomUUID } from 'node:crypto'

/** An answer over HTTP; `body` is what its JSON says, or the text where it is none. */
export type Answer = { readonly status: number; readonly body: unknown; readonly headers: Headers }

export type CallOptions = {
  /** Idempotency-Key; a new one each time where left out. */
  readonly key?: string
  /** Of the order that is called on. */
  readonly orderToken?: string
}

/** Calls one API under one credential. Rejects where no answer came, which leaves open whether it was done. */
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
