import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import { apiNodeFlags, nodeFlags } from '#embedded/process/node-flags.ts'
import type { Task } from './teller.ts'
import { nothingTold, type Told, together } from './told.ts'

/** Seeds that a process takes at a time: few, so that all end together. */
const taskSeeds = 25
/** Like an API, a story makes much that is forgotten just after it came to be kept. */
const execArgv = [...nodeFlags, ...apiNodeFlags]
/** More failures than this say nothing new. */
const failuresMax = 10

export type SimulateOptions = {
  readonly start: number
  readonly seeds: number
  /** Threads of one process would share more than they should: they are slower by a twentieth. */
  readonly processes: number
  /** Stops after the tasks under way. */
  readonly signal?: AbortSignal
  /** Told after each task. */
  readonly progress?: (so: Told) => void
}

function* tasksOf(start: number, seeds: number): Generator<Task> {
  for (let from = start; from < start + seeds; from += taskSeeds)
    yield { start: from, seeds: Math.min(taskSeeds, start + seeds - from) }
}

const ask = (teller: ChildProcess, task: Task): Promise<Told> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: NodeJS.Signals | null): void =>
      reject(new Error(`A process that tells stories ended (${code ?? signal}): its last words are above.`))
    teller.once('exit', ended)
    teller.once('message', (told) => {
      teller.off('exit', ended)
      resolve(told as Told)
    })
    teller.send(task)
  })

/** Tells the stories of a range of seeds, each twice, in so many processes; ends early when too many have failed. */
export const simulate = async ({ start, seeds, processes, signal, progress }: SimulateOptions): Promise<Told> => {
  const tasks = tasksOf(start, seeds)
  let all = nothingTold
  const lane = async (): Promise<void> => {
    const teller = fork(path.join(import.meta.dirname, 'teller.ts'), { execArgv, serialization: 'advanced' })
    try {
      for (const task of tasks) {
        if (signal?.aborted || all.failed.length >= failuresMax) return
        const told = await ask(teller, task)
        all = together(all, told)
        progress?.(all)
      }
    } finally {
      teller.kill('SIGKILL')
    }
  }
  await Promise.all(Array.from({ length: processes }, lane))
  return all
}
