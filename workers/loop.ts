import type { Worker } from './worker.ts'

/** Pause after a failed step. It doubles with each further failure in a row. */
const failedMilliseconds = 500
const failedMillisecondsMax = 15_000

export type LoopPorts = {
  /** Ends early if the signal is aborted. */
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  /** A random number from 0 to 1, so that workers that failed together do not retry together. */
  readonly random: () => number
  readonly failed: (worker: string, error: unknown) => void
}

/**
 * Steps until the signal is aborted, finishes the step under way, then closes the worker. Retries failed steps with
 * backoff.
 */
export const loop = async (worker: Worker, { pause, signal, random, failed }: LoopPorts): Promise<void> => {
  let failures = 0
  while (!signal.aborted) {
    try {
      const outcome = await worker.step()
      failures = 0
      // A pause of 0 lets others run even if the steps never wait.
      await pause(outcome === 'idle' ? worker.idleMilliseconds : 0, signal)
    } catch (error) {
      failures += 1
      failed(worker.name, error)
      const backoff = Math.min(failedMillisecondsMax, failedMilliseconds * 2 ** (failures - 1))
      await pause(backoff * (0.5 + random() / 2), signal)
    }
  }
  try {
    await worker.close()
  } catch (error) {
    failed(worker.name, error)
  }
}
