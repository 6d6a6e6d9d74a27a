import type { Answer, Caller, CallOptions } from '../shop/caller.ts'
import { insist } from '../shop/insist.ts'
import type { Random } from '../simulation/random.ts'
import type { Journal } from './journal.ts'

/** A client that keeps a journal and asks again, under the same key, until it has a final answer. */
export type Client = {
  /** Asks once and goes away, whatever came of it. */
  readonly postOnce: (path: string, body: unknown, options?: CallOptions) => Promise<void>
  readonly post: (path: string, body?: unknown, options?: CallOptions) => Promise<Answer>
  readonly put: (path: string, body: unknown, options?: CallOptions) => Promise<Answer>
  readonly get: Caller['get']
}

/** An API process by its name, as this client talks to it. */
export type Door = { readonly part: string; readonly caller: Caller }

export type ClientOptions = {
  /** One of them is drawn for each request. */
  readonly doors: readonly [Door, ...Door[]]
  readonly random: Random
  readonly journal: Journal
  readonly newKey: () => string
  /** Told of each success with who gave it, and when it was asked for, by the monotonic clock. */
  readonly succeeded: (part: string, askedAt: number) => void
}

export const createClient = ({ doors, random, journal, newKey, succeeded }: ClientOptions): Client => {
  const action = (
    method: 'post' | 'put',
    path: string,
    body: unknown,
    options: CallOptions,
  ): (() => Promise<Answer>) => {
    const key = options.key ?? newKey()
    journal.write({ type: 'asked', key, method, path, body })
    return async () => {
      const askedAt = performance.now()
      const { part, caller } = random.pick(doors)
      const answer = await caller[method](path, body, { ...options, key })
      journal.write({ type: 'answered', key, status: answer.status, body: answer.body })
      if (answer.status < 300) succeeded(part, askedAt)
      return answer
    }
  }
  return {
    get: (path, options) => random.pick(doors).caller.get(path, options),
    post: (path, body = null, options = {}) => insist(action('post', path, body, options)),
    put: (path, body, options = {}) => insist(action('put', path, body, options)),
    postOnce: async (path, body, options = {}) => {
      await action('post', path, body, options)().catch(() => undefined)
    },
  }
}
