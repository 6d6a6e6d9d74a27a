import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Drive, Driven } from './requests.ts'

/** Sends the traffic from a thread of its own, and ends with it. */
export const drive = async (wanted: Drive): Promise<Driven> => {
  const worker = new Worker(new URL('./client.ts', import.meta.url), {
    workerData: wanted,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  // `once` rejects where the thread ends in an error instead.
  const [driven]: Driven[] = await once(worker, 'message')
  if (driven === undefined) throw new Error('the client thread said nothing')
  return driven
}

export const failuresOf = ({ failures }: Driven): readonly string[] =>
  [...failures].map(([what, count]) => `${count} times ${what}`)
