import { setTimeout as sleep } from 'node:timers/promises'

const everyMilliseconds = 50
const millisecondsMax = 30_000

/**
 * What `look` finds once `fits` says yes. It is looked for a bounded time, far longer than it takes; then this throws
 * with what was found last, so that a test fails on the difference and not on the time.
 */
export const eventually = async <Found>(
  look: () => Promise<Found>,
  fits: (found: Found) => boolean,
  boundMilliseconds = millisecondsMax,
): Promise<Found> => {
  const startedAt = performance.now()
  for (;;) {
    const found = await look()
    if (fits(found)) return found
    if (performance.now() - startedAt > boundMilliseconds)
      throw new Error(`still not so after ${boundMilliseconds / 1_000} s: ${JSON.stringify(found)}`)
    await sleep(everyMilliseconds)
  }
}
