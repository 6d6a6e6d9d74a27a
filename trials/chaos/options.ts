import { parseArgs } from 'node:util'

export type Wanted =
  | { readonly sample: boolean; readonly rows: readonly number[]; readonly seed: number; readonly help: boolean }
  | { readonly problem: string }

export const usage = (rows: ReadonlyArray<{ readonly number: number; readonly name: string }>): string =>
  `Usage: npm run chaos [-- --rows 1,4] [--seed N] [--sample]
  --rows N,N  only these (all):
${rows.map(({ number, name }) => `    ${String(number).padStart(2)}  ${name}`).join('\n')}
  --seed N    what people do, and when parts die, is drawn from it (the time of the start)
  --sample    a little of each fault: minutes instead of half an hour`

/** What the command line asks for, or one line that says what is wrong with it. */
export const wantedOf = (args: readonly string[], known: readonly number[], defaultSeed: number): Wanted => {
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
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
