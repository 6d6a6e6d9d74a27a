import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import { apiNodeFlags, nodeFlags } from '#embedded/process/node-flags.ts'
import type { Task } from './child-process.ts'
import { combined, noResults, type Results } from './results.ts'

/** Seeds per task: few, so that all processes finish at about the same time. */
const taskSeeds = 25
/** Like an API process, a run creates many short-lived objects. */
const execArgv = [...nodeFlags, ...apiNodeFlags]
/** More failures than this add no information. */
const failuresMax = 10

export type SimulateOptions = {
  readonly start: number
  readonly seeds: number
  /** Processes, not threads: threads share one heap budget and are a twentieth slower. */
  readonly processes: number
  /** When aborted, tasks under way are finished and no new one starts. */
  readonly signal?: AbortSignal
  /** Called after each task with the results so far. */
  readonly progress?: (results: Results) => void
}

function* tasksOf(start: number, seeds: number): Generator<Task> {
  for (let from = start; from < start + seeds; from += taskSeeds)
    yield { start: from, seeds: Math.min(taskSeeds, start + seeds - from) }
}

const run = (child: ChildProcess, task: Task): Promise<Results> =>
  new Promise((resolve, reject) => {
    const exited = (code: number | null, signal: NodeJS.Signals | null): void =>
      reject(new Error(`A simulation process exited (${code ?? signal}); its last output is above.`))
    child.once('exit', exited)
    child.once('message', (results) => {
      child.off('exit', exited)
      resolve(results as Results)
    })
    child.send(task)
  })

/** Runs a range of seeds, each twice, in several processes. Stops early after `failuresMax` failures. */
export const simulate = async ({ start, seeds, processes, signal, progress }: SimulateOptions): Promise<Results> => {
  const tasks = tasksOf(start, seeds)
  let all = noResults
  const takeTasks = async (): Promise<void> => {
    const child = fork(path.join(import.meta.dirname, 'child-process.ts'), { execArgv, serialization: 'advanced' })
    try {
      for (const task of tasks) {
        if (signal?.aborted || all.failed.length >= failuresMax) return
        const results = await run(child, task)
        all = combined(all, results)
        progress?.(all)
      }
    } finally {
      child.kill('SIGKILL')
    }
  }
  await Promise.all(Array.from({ length: processes }, takeTasks))
  return all
}
