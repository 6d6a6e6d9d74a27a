import { eventually } from '../../shop/retry.ts'
import type { HttpAnswer, HttpConnections, HttpRequest } from './connections.ts'

export type RetryingConnections = Pick<HttpConnections, 'send'> & {
  /** Number of 503 answers so far. */
  readonly unavailableAnswers: () => number
}

const unavailable = 503
const retryBounds = { intervalMilliseconds: 100, millisecondsMax: 60_000 }

/**
 * Sends a request again, with the same idempotency key, as long as the answer is 503: several API processes that write to one
 * stream lose races now and then. Rejects if there is no other answer in time. Other failures are not hidden by a retry.
 */
export const retryUnavailable = ({ send }: HttpConnections): RetryingConnections => {
  let unavailableAnswers = 0
  const sendOnce = async (request: HttpRequest): Promise<HttpAnswer> => {
    const answer = await send(request)
    if (answer.status === unavailable) unavailableAnswers += 1
    return answer
  }
  return {
    send: (request) =>
      eventually(
        () => sendOnce(request),
        ({ status }) => status !== unavailable,
        retryBounds,
      ),
    unavailableAnswers: () => unavailableAnswers,
  }
}
