import { pause } from '#platform/timers.ts'
import type { Connections, Reply, Request } from './connections.ts'

export type Patient = {
  readonly ask: (request: Request) => Promise<Reply>
  /** How often an answer was 503 so far. */
  readonly turnedAway: () => number
}

const retryMilliseconds = 100
const triesMax = 100

/** Asks again soon, with the same key, where the answer is 503: several processes on one stream lose races now and then. */
export const patiently = ({ ask }: Connections): Patient => {
  let turnedAway = 0
  return {
    ask: async (request) => {
      let reply = await ask(request)
      for (let tries = 1; reply.status === 503 && tries < triesMax; tries += 1) {
        turnedAway += 1
        await pause(retryMilliseconds)
        reply = await ask(request)
      }
      return reply
    },
    turnedAway: () => turnedAway,
  }
}

/** What the answer's JSON says, where its status is the one. Throws with what came instead. */
export const insist = ({ status, text }: Reply, wanted: number): unknown => {
  if (status !== wanted) throw new Error(`expected ${wanted}, got ${status}: ${text}`)
  return JSON.parse(text)
}
