import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Settings } from './run.ts'

export type Wanted =
  | {
      readonly help: boolean
      readonly suites: readonly string[]
      readonly jsonFile: string | undefined
      readonly settings: Settings
    }
  | { readonly problem: string }

const roundSeconds = 3
const roundSecondsQuick = 1

export const usage = (
  suites: readonly string[],
): string => `Usage: npm run bench [-- SUITE …] [--seconds N] [--quick] [--profile DIR] [--json FILE]
  SUITE          ${suites.join(', ')}; left out: all
  --seconds N    length of a round, three times that for checkout (${roundSeconds}); a row is the median of three,
                 after a warm-up, or after two or three where compiled code shows late
  --quick        rounds of ${roundSecondsQuick} s and fewer events: a look, not a figure to quote
  --profile DIR  where the API and the workers of checkout leave their CPU profiles; figures are lower meanwhile
  --json FILE    also writes the rows as JSON`

/** What the command line asks for, or one line that says what is wrong with it. */
export const wantedOf = (args: readonly string[], suites: readonly string[]): Wanted => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        seconds: { type: 'string' },
        json: { type: 'string' },
        profile: { type: 'string' },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const unknown = positionals.filter((name) => !suites.includes(name))
    if (unknown.length > 0) return { problem: `No such suite: ${unknown.join(', ')}. Suites: ${suites.join(', ')}.` }
    const seconds = Number(values.seconds ?? (values.quick ? roundSecondsQuick : roundSeconds))
    if (!(seconds > 0 && seconds <= 600))
      return { problem: `--seconds takes a number above 0, at most 600, not "${values.seconds}".` }
    return {
      help: values.help,
      suites: positionals.length > 0 ? positionals : suites,
      jsonFile: values.json,
      settings: { seconds, quick: values.quick, profileDir: values.profile && path.resolve(values.profile) },
    }
  } catch (error) {
    return { problem: `${error instanceof Error ? error.message : String(error)}\n${usage(suites)}` }
  }
}
