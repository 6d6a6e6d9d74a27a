import type { Answer, Caller, CallOptions } from '../shop/caller.ts'
import { untilFinalAnswer } from '../shop/retry.ts'
import type { Random } from '../simulation/random.ts'
import type { Journal } from './journal.ts'

/** Writes every request and answer to the journal, and repeats a request under the same key until its answer is final. */
export type Client = {
  /** Sends the request once and ignores the result. */
  readonly postOnce: (path: string, body: unknown, options?: CallOptions) => Promise<void>
  readonly post: (path: string, body?: unknown, options?: CallOptions) => Promise<Answer>
  readonly put: (path: string, body: unknown, options?: CallOptions) => Promise<Answer>
  readonly get: Caller['get']
}

/** One API process, by the name of its part, and a caller for it. */
export type ApiEndpoint = { readonly part: string; readonly caller: Caller }

export type ClientOptions = {
  /** Each request goes to a random one of these. */
  readonly endpoints: readonly [ApiEndpoint, ...ApiEndpoint[]]
  readonly random: Random
  readonly journal: Journal
  readonly newKey: () => string
  /** Called after each success with the API process that answered and the time (`performance.now()`) when it was asked. */
  readonly succeeded: (part: string, sentAt: number) => void
}

export const createClient = ({ endpoints, random, journal, newKey, succeeded }: ClientOptions): Client => {
  const sender = (
    method: 'post' | 'put',
    path: string,
    body: unknown,
    options: CallOptions,
  ): (() => Promise<Answer>) => {
    const key = options.key ?? newKey()
    journal.write({ type: 'asked', key, method, path, body })
    return async () => {
      const sentAt = performance.now()
      const { part, caller } = random.pick(endpoints)
      const answer = await caller[method](path, body, { ...options, key })
      journal.write({ type: 'answered', key, status: answer.status, body: answer.body })
      if (answer.status < 300) succeeded(part, sentAt)
      return answer
    }
  }
  return {
    get: (path, options) => random.pick(endpoints).caller.get(path, options),
    post: (path, body = null, options = {}) => untilFinalAnswer(sender('post', path, body, options)),
    put: (path, body, options = {}) => untilFinalAnswer(sender('put', path, body, options)),
    postOnce: async (path, body, options = {}) => {
      await sender('post', path, body, options)().catch(() => undefined)
    },
  }
}
