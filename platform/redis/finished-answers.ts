// Finished answers to requests that carried an Idempotency-Key, for a day. They spare work and nothing depends on them,
// so a Redis that is slow or down is left out: a look-up waits for a bounded time, and after several failures in a row
// none is tried for a while, lest each request wait anew.
import { gather } from '../gather.ts'
import { within } from '../timers.ts'

/** Neither function ever throws. Values are opaque text, keys are derived ids. */
export type FinishedAnswers = {
  readonly find: (id: string) => Promise<string | undefined>
  /** Does not wait for Redis. */
  readonly keep: (id: string, answer: string) => void
}

/** A machine without Redis: every request is new, and the domain alone answers a retry the same. */
export const noFinishedAnswers: FinishedAnswers = { find: async () => undefined, keep: () => undefined }

/** The two commands of Redis that this takes. */
export type AnswerStore = {
  readonly mget: (...keys: string[]) => Promise<ReadonlyArray<string | null>>
  readonly set: (key: string, value: string, expiry: 'EX', seconds: number) => Promise<unknown>
}

export type FinishedAnswersOptions = {
  readonly redis: AnswerStore
  /** Called once as Redis is left out, with what went wrong. */
  readonly onBypass?: (error: unknown) => void
  /** A monotonic clock in milliseconds. */
  readonly monotonic?: () => number
}

const keptSeconds = 86_400
const answerBytesMax = 256 * 1_024
const waitMilliseconds = 100
const failuresMax = 3
const pauseMilliseconds = 1_000
/** Requests that come at the same time look together: alone, each look-up costs as much as four of them. */
const lookUps = { tripsMax: 2, questionsMax: 200 }

export const createFinishedAnswers = ({
  redis,
  onBypass,
  monotonic = () => performance.now(),
}: FinishedAnswersOptions): FinishedAnswers => {
  let failures = 0
  let pausedUntil = 0

  const failed = (error: unknown): void => {
    failures += 1
    if (failures < failuresMax) return
    if (failures === failuresMax) onBypass?.(error)
    pausedUntil = monotonic() + pauseMilliseconds
  }
  const succeeded = (): void => {
    failures = 0
  }
  const open = (): boolean => failures < failuresMax || monotonic() >= pausedUntil

  const find = gather<string, string | undefined>(async (ids) => {
    if (!open()) return () => undefined
    try {
      const found = await within(waitMilliseconds, 'Redis', redis.mget(...ids.map(keyOf)))
      succeeded()
      const answers = new Map(ids.map((id, index) => [id, found[index] ?? undefined]))
      return (id) => answers.get(id)
    } catch (error) {
      failed(error)
      return () => undefined
    }
  }, lookUps)

  return {
    find,
    keep: (id, answer) => {
      if (!open() || answer.length > answerBytesMax) return
      // Failures are counted by look-ups alone: a slow write delays no one.
      redis.set(keyOf(id), answer, 'EX', keptSeconds).catch(() => undefined)
    },
  }
}

const keyOf = (id: string): string => `answer:${id}`
