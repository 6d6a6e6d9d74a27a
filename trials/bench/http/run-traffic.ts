import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { TrafficOptions, TrafficTimings } from './traffic.ts'

/** Sends traffic from a thread of its own, which ends with it. */
export const runTraffic = async (options: TrafficOptions): Promise<TrafficTimings> => {
  const worker = new Worker(new URL('./traffic-thread.ts', import.meta.url), {
    workerData: options,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  // `once` rejects if the thread ends with an error instead.
  const [timings]: TrafficTimings[] = await once(worker, 'message')
  if (timings === undefined) throw new Error('the traffic thread sent no timings')
  return timings
}
