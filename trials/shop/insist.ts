import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from './caller.ts'
import { fieldOf } from './field.ts'

const everyMilliseconds = 100
const millisecondsMax = 90_000

/** A lost connection, a 503 and a payment under way say nothing final: a client asks again, under the same key. */
const isFinal = ({ status, body }: Answer): boolean =>
  status !== 503 && fieldOf(body, 'code') !== 'payment_in_progress' && fieldOf(body, 'status') !== 'pending'

/** Sends the same action again until it has a final answer, as a good client does. `heard` is told every answer. */
export const insist = async (
  send: () => Promise<Answer>,
  heard: (answer: Answer | 'connection lost') => void = () => undefined,
): Promise<Answer> => {
  const startedAt = performance.now()
  for (;;) {
    const answer = await send().catch(() => 'connection lost' as const)
    heard(answer)
    if (answer !== 'connection lost' && isFinal(answer)) return answer
    if (performance.now() - startedAt > millisecondsMax)
      throw new Error(`no final answer within ${millisecondsMax / 1_000} s: ${JSON.stringify(answer)}`)
    await sleep(everyMilliseconds)
  }
}

/** Does `work` for 0 to `count` − 1, so many of them at a time. */
export const inFlight = async (
  { count, width }: { readonly count: number; readonly width: number },
  work: (index: number) => Promise<void>,
): Promise<void> => {
  let next = 0
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: width }, lane))
}
