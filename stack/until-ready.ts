import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'

const everyMilliseconds = 50
const millisecondsMax = 60_000
const askMillisecondsMax = 5_000

const readiness = z.object({
  checks: z.array(z.object({ name: z.string(), ready: z.boolean(), detail: z.string().optional() })),
})

/** What keeps an API from serving; undefined once nothing does. */
const obstacle = async (url: string, signal: AbortSignal): Promise<string | undefined> => {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(askMillisecondsMax)])
  const response = await fetch(`${url}/health/ready`, { signal: bounded })
  if (response.ok) return undefined
  const { checks } = readiness.parse(await response.json())
  return checks.flatMap(({ name, ready, detail }) => (ready ? [] : [`${name}: ${detail ?? 'not ready'}`])).join('; ')
}

/** An API listens before it knows the log's time; until then it refuses every command. Throws one line if it does not get ready. */
export const untilReady = async (url: string, signal: AbortSignal): Promise<void> => {
  const startedAt = performance.now()
  for (;;) {
    const missing = await obstacle(url, signal)
    if (missing === undefined) return
    if (performance.now() - startedAt > millisecondsMax)
      throw new Error(`The API at ${url} is not ready after ${millisecondsMax / 1_000} s: ${missing}`)
    await sleep(everyMilliseconds, undefined, { signal })
  }
}
