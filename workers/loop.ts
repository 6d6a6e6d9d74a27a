import type { Worker } from './worker.ts'

/** After a failed step; doubled with each further one in a row. */
const failedMilliseconds = 500
const failedMillisecondsMax = 15_000

export type LoopPorts = {
  /** Ends early with the signal. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  /** A random number from 0 to 1, so that workers that failed together do not come back together. */
  readonly random: () => number
  readonly failed: (worker: string, error: unknown) => void
}

/** Steps until the signal; the step under way is finished, then the worker closed. A failing step is tried again, later. */
export const loop = async (worker: Worker, { pause, signal, random, failed }: LoopPorts): Promise<void> => {
  let failures = 0
  while (!signal.aborted) {
    try {
      const outcome = await worker.step()
      failures = 0
      // Others get their turn also where steps never wait for anything.
      await pause(outcome === 'idle' ? worker.idleMilliseconds : 0, signal)
    } catch (error) {
      failures += 1
      failed(worker.name, error)
      const backOff = Math.min(failedMillisecondsMax, failedMilliseconds * 2 ** (failures - 1))
      await pause(backOff * (0.5 + random() / 2), signal)
    }
  }
  try {
    await worker.close()
  } catch (error) {
    failed(worker.name, error)
  }
}
