// `npm run simulate -- --seeds N [--start S] [--trace]`: whole shops with faults in one process, decided by seeds.

import os from 'node:os'
import { parseArgs } from 'node:util'
import { errorText } from '#domain/error-text.ts'
import { failureText, progressText, resultText } from '#trials/simulation/report.ts'
import type { Results } from '#trials/simulation/results.ts'
import { runSeed } from '#trials/simulation/seed-run.ts'
import { simulate } from '#trials/simulation/simulate.ts'

const usage = `Usage: npm run simulate -- [--seeds N] [--start S] [--processes P] [--trace]
  --seeds      how many seeds to run, each twice [1000]
  --start      the first seed [1]
  --processes  processes to run them in [one for each processor]
  --trace      print every step, one seed after the other`

const quietMilliseconds = 60_000

const wholeNumber = (text: string | undefined, name: string, unset: number): number => {
  const number = text === undefined ? unset : Number(text)
  if (!Number.isInteger(number) || number < 1 || number > 2 ** 31)
    throw new Error(`--${name} takes a whole number from 1, not ${text}.`)
  return number
}

const readArguments = () => {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: { seeds: text, start: text, processes: text, trace: { type: 'boolean' }, help: { type: 'boolean' } },
  })
  return {
    seeds: wholeNumber(values.seeds, 'seeds', 1_000),
    start: wholeNumber(values.start, 'start', 1),
    processes: wholeNumber(values.processes, 'processes', os.availableParallelism()),
    trace: values.trace ?? false,
    help: values.help ?? false,
  }
}

const runWithTrace = async (start: number, seeds: number): Promise<boolean> => {
  for (let seed = start; seed < start + seeds; seed += 1) {
    const run = await runSeed({ seed, print: (line) => console.log(line) })
    if (run.problem !== undefined) console.error(failureText(run))
    if (run.problem !== undefined) return false
  }
  return true
}

/** On a terminal, one line that is rewritten; in a file, one line a minute. */
const showingProgress = (textOf: (results: Results) => string): ((results: Results) => void) => {
  if (process.stderr.isTTY) return (results) => void process.stderr.write(`\r${textOf(results)}`)
  let printedAt = performance.now()
  return (results) => {
    if (performance.now() - printedAt < quietMilliseconds) return
    printedAt = performance.now()
    console.error(textOf(results))
  }
}

const run = async (): Promise<boolean> => {
  const { seeds, start, processes, trace, help } = readArguments()
  if (help) console.log(usage)
  if (help) return true
  if (trace) return runWithTrace(start, seeds)
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort())
  const startedAt = performance.now()
  const elapsed = (): number => (performance.now() - startedAt) / 1_000
  const progress = showingProgress((results) => progressText(results, seeds, elapsed()))
  const results = await simulate({ start, seeds, processes, progress, signal: stopping.signal })
  if (process.stderr.isTTY) process.stderr.write('\n')
  for (const run of results.failed) console.error(failureText(run))
  console.log(resultText(results, elapsed()))
  return results.failed.length === 0 && results.differing.length === 0
}

run().then(
  (passed) => process.exit(passed ? 0 : 1),
  (error: unknown) => {
    console.error(`${errorText(error)}\n\n${usage}`)
    process.exit(1)
  },
)
