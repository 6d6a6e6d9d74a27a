import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from './caller.ts'
import { fieldOf } from './field.ts'

export type RetryBounds = {
  /** Pause between two attempts; 50 ms if not given. */
  readonly intervalMilliseconds?: number
  /** No attempt is started later than this after the first; 30 s if not given. */
  readonly millisecondsMax?: number
}

/**
 * Calls `attempt` until `isDone` accepts its result, and resolves with that result. Throws with the last result if that takes
 * too long, so that a test fails with the wrong value and not with a timeout. Rejects if an attempt rejects.
 */
export const eventually = async <Result>(
  attempt: () => Promise<Result>,
  isDone: (result: Result) => boolean,
  { intervalMilliseconds = 50, millisecondsMax = 30_000 }: RetryBounds = {},
): Promise<Result> => {
  const startedAt = performance.now()
  for (;;) {
    const result = await attempt()
    if (isDone(result)) return result
    if (performance.now() - startedAt > millisecondsMax)
      throw new Error(`not reached within ${millisecondsMax / 1_000} s; the last result was ${JSON.stringify(result)}`)
    await sleep(intervalMilliseconds)
  }
}

export type AnswerOrLoss = Answer | 'connection lost'

/** After a lost connection, a 503, or the report of a payment in progress, a client does not know the outcome yet. */
const isFinal = (answer: AnswerOrLoss): answer is Answer =>
  answer !== 'connection lost' &&
  answer.status !== 503 &&
  fieldOf(answer.body, 'code') !== 'payment_in_progress' &&
  fieldOf(answer.body, 'status') !== 'pending'

const finalAnswerBounds: RetryBounds = { intervalMilliseconds: 100, millisecondsMax: 90_000 }

/**
 * Sends a request again until it has a final answer, as a good client does. Every attempt has to use the same
 * Idempotency-Key. `onAnswer` is called after each attempt.
 */
export const untilFinalAnswer = async (
  send: () => Promise<Answer>,
  onAnswer: (answer: AnswerOrLoss) => void = () => undefined,
): Promise<Answer> => {
  const attempt = async (): Promise<AnswerOrLoss> => {
    const answer = await send().catch(() => 'connection lost' as const)
    onAnswer(answer)
    return answer
  }
  const answer = await eventually(attempt, isFinal, finalAnswerBounds)
  if (!isFinal(answer)) throw new Error('`eventually` resolved with an answer that is not final')
  return answer
}
