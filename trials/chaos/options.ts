import { parseArgs } from 'node:util'
import { errorText } from '#domain/error-text.ts'

export type CommandLine =
  | { readonly sample: boolean; readonly rows: readonly number[]; readonly seed: number; readonly help: boolean }
  | { readonly problem: string }

export const usage = (rows: ReadonlyArray<{ readonly number: number; readonly name: string }>): string =>
  `Usage: npm run chaos [-- --rows 1,4] [--seed N] [--sample]
  --rows N,N  run only these rows [all]:
${rows.map(({ number, name }) => `    ${String(number).padStart(2)}  ${name}`).join('\n')}
  --seed N    decides what shoppers do and when processes are killed [the time of the start]
  --sample    try only a few faults of each row: minutes instead of half an hour`

/** Parses the command line; `problem` is one line that says what is wrong with it. */
export const parseCommandLine = (
  args: readonly string[],
  known: readonly number[],
  defaultSeed: number,
): CommandLine => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        sample: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        rows: { type: 'string' },
        seed: { type: 'string' },
      },
    })
    const rows = values.rows?.split(',').map(Number) ?? known
    const unknown = rows.filter((row) => !known.includes(row))
    if (unknown.length > 0) return { problem: `--rows takes some of ${known.join(', ')}, not "${values.rows}".` }
    const seed = Number(values.seed ?? defaultSeed)
    if (!Number.isSafeInteger(seed) || seed < 0)
      return { problem: `--seed takes a whole number from 0, not "${values.seed}".` }
    return { sample: values.sample, help: values.help, rows, seed }
  } catch (error) {
    return { problem: errorText(error) }
  }
}
