import { Worker } from 'node:worker_threads'
import type { Task } from './thread.ts'
import { nothingTold, type Told, together } from './told.ts'

/** Seeds that a thread takes at a time: few, so that all threads end together. */
const taskSeeds = 25
/** More failures than this say nothing new. */
const failuresMax = 10

export type SimulateOptions = {
  readonly start: number
  readonly seeds: number
  readonly threads: number
  /** Stops after the tasks under way. */
  readonly signal?: AbortSignal
  /** Told after each task of a thread. */
  readonly progress?: (so: Told) => void
}

function* tasksOf(start: number, seeds: number): Generator<Task> {
  for (let from = start; from < start + seeds; from += taskSeeds)
    yield { start: from, seeds: Math.min(taskSeeds, start + seeds - from) }
}

const ask = (worker: Worker, task: Task): Promise<Told> =>
  new Promise((resolve, reject) => {
    const done = (told: Told): void => {
      worker.off('error', reject)
      resolve(told)
    }
    worker.once('message', done)
    worker.once('error', reject)
    worker.postMessage(task)
  })

/** Tells the stories of a range of seeds, each twice, on so many threads; ends early when too many have failed. */
export const simulate = async ({ start, seeds, threads, signal, progress }: SimulateOptions): Promise<Told> => {
  const tasks = tasksOf(start, seeds)
  let all = nothingTold
  const lane = async (): Promise<void> => {
    const worker = new Worker(new URL('./thread.ts', import.meta.url), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    try {
      for (const task of tasks) {
        if (signal?.aborted || all.failed.length >= failuresMax) return
        const told = await ask(worker, task)
        all = together(all, told)
        progress?.(all)
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: threads }, lane))
  return all
}
