import path from 'node:path'
import { parseArgs } from 'node:util'
import { errorText } from '#domain/error-text.ts'
import type { SuiteSettings } from './measuring/contender.ts'

export type BenchOptions =
  | {
      readonly help: boolean
      readonly suites: readonly string[]
      readonly jsonFile: string | undefined
      readonly settings: SuiteSettings
    }
  | { readonly problem: string }

const roundSecondsDefault = 3
const roundSecondsQuick = 1
const roundSecondsMax = 600

export const usage = `Usage: npm run bench [-- SUITE …] [--seconds N] [--quick] [--profile DIR] [--json FILE]
  SUITE          suites to run; all if none is named
                 store     the event store node, compared with a server that stores nothing and with the disk's syncs
                 reserve   reservations, compared with designs on Postgres, Redis and Emmett, and over HTTP
                 checkout  whole orders over HTTP, compared with a bare program that makes the same calls
                 http      reads over HTTP: products with and without Redis, and orders
  --seconds N    length of a round (${roundSecondsDefault}); rounds of reserve over HTTP are twice and rounds of checkout three times as long
  --quick        rounds of ${roundSecondsQuick} s, fewer events and rivals, pool sizes not tuned: shows that it runs, the figures are rough
  --profile DIR  checkout: writes CPU profiles of the API and the workers to DIR; figures are lower meanwhile
  --json FILE    also writes the rows to FILE as JSON
A row is the median of three rounds, after one warm-up round (two if the optimizing compiler needs longer).`

/** Reads the command line; a problem is one line that says what is wrong with it. */
export const readOptions = (args: readonly string[], suites: readonly string[]): BenchOptions => {
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
    const seconds = Number(values.seconds ?? (values.quick ? roundSecondsQuick : roundSecondsDefault))
    if (!(seconds > 0 && seconds <= roundSecondsMax))
      return { problem: `--seconds takes a number above 0, at most ${roundSecondsMax}, not "${values.seconds}".` }
    return {
      help: values.help,
      suites: positionals.length > 0 ? positionals : suites,
      jsonFile: values.json,
      settings: { seconds, quick: values.quick, profileDir: values.profile && path.resolve(values.profile) },
    }
  } catch (error) {
    return { problem: `${errorText(error)}\n${usage}` }
  }
}
