import type { Answer, Caller, CallOptions } from '../shop/caller.ts'
import { insist } from '../shop/insist.ts'
import type { Journal } from './journal.ts'

/** A client that keeps a journal and asks again, under the same key, until it has a final answer. */
export type Client = {
  readonly post: (path: string, body?: unknown, options?: CallOptions) => Promise<Answer>
  readonly put: (path: string, body: unknown, options?: CallOptions) => Promise<Answer>
  readonly get: Caller['get']
}

export type ClientOptions = {
  readonly caller: Caller
  readonly journal: Journal
  readonly newKey: () => string
  /** Told of each success with when it was asked for, by the monotonic clock. */
  readonly succeeded: (askedAt: number) => void
}

export const createClient = ({ caller, journal, newKey, succeeded }: ClientOptions): Client => {
  const send =
    (method: 'post' | 'put') =>
    (path: string, body: unknown = null, options: CallOptions = {}): Promise<Answer> => {
      const key = options.key ?? newKey()
      journal.write({ type: 'asked', key, method, path, body })
      const once = async (): Promise<Answer> => {
        const askedAt = performance.now()
        const answer = await caller[method](path, body, { ...options, key })
        journal.write({ type: 'answered', key, status: answer.status, body: answer.body })
        if (answer.status < 300) succeeded(askedAt)
        return answer
      }
      return insist(once)
    }
  return { get: caller.get, post: send('post'), put: send('put') }
}
