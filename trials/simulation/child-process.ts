// A process that runs seeds, each twice: a run that cannot be reproduced cannot be debugged.
import { combined, noResults, type Results, resultsOf } from './results.ts'
import { runSeed } from './seed-run.ts'

// Runs raise many errors on purpose. Only their messages are used, and stack traces are slow.
Error.stackTraceLimit = 0

/** `seeds` seeds, beginning with `start`. */
export type Task = { readonly start: number; readonly seeds: number }

const runAll = async ({ start, seeds }: Task): Promise<Results> => {
  let all = noResults
  for (let seed = start; seed < start + seeds; seed += 1)
    all = combined(all, resultsOf(await runSeed({ seed }), await runSeed({ seed })))
  return all
}

process.on('message', (task: Task) => {
  void runAll(task).then((results) => process.send?.(results))
})
// The parent decides when this process ends, even if a terminal interrupts both.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())
