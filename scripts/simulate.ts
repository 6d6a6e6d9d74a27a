// `npm run simulate -- --seeds N [--start S] [--trace]`: shops, faults and time in one process, every choice from one seed.

import os from 'node:os'
import { parseArgs } from 'node:util'
import { errorText } from '#domain/error-text.ts'
import { failureText, progressText, resultText } from '#trials/simulation/report.ts'
import { simulate } from '#trials/simulation/simulate.ts'
import { tell } from '#trials/simulation/story.ts'
import type { Told } from '#trials/simulation/told.ts'

const usage = `Usage: npm run simulate -- [--seeds N] [--start S] [--processes P] [--trace]
  --seeds      how many stories to tell, each twice [1000]
  --start      the first seed [1]
  --processes  [one for each processor]
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

const tellAloud = async (start: number, seeds: number): Promise<boolean> => {
  for (let seed = start; seed < start + seeds; seed += 1) {
    const story = await tell({ seed, print: (line) => console.log(line) })
    if (story.problem !== undefined) console.error(failureText(story))
    if (story.problem !== undefined) return false
  }
  return true
}

/** On a terminal one line that changes; in a file a line a minute. */
const showingProgress = (textOf: (so: Told) => string): ((so: Told) => void) => {
  if (process.stderr.isTTY) return (so) => void process.stderr.write(`\r${textOf(so)}`)
  let saidAt = performance.now()
  return (so) => {
    if (performance.now() - saidAt < quietMilliseconds) return
    saidAt = performance.now()
    console.error(textOf(so))
  }
}

const run = async (): Promise<boolean> => {
  const { seeds, start, processes, trace, help } = readArguments()
  if (help) console.log(usage)
  if (help) return true
  if (trace) return tellAloud(start, seeds)
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopping.abort())
  const startedAt = performance.now()
  const elapsed = (): number => (performance.now() - startedAt) / 1_000
  const progress = showingProgress((so) => progressText(so, seeds, elapsed()))
  const told = await simulate({ start, seeds, processes, progress, signal: stopping.signal })
  if (process.stderr.isTTY) process.stderr.write('\n')
  for (const story of told.failed) console.error(failureText(story))
  console.log(resultText(told, elapsed()))
  return told.failed.length === 0 && told.differing.length === 0
}

run().then(
  (isWell) => process.exit(isWell ? 0 : 1),
  (error: unknown) => {
    console.error(`${errorText(error)}\n\n${usage}`)
    process.exit(1)
  },
)
