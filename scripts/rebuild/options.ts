import { parseArgs } from 'node:util'
import { errorText } from '#domain/error-text.ts'
import type { Projection } from '#projections/ports.ts'
import { readModels } from '#projections/read-models.ts'

export type Wanted =
  | { readonly help: true }
  | { readonly problem: string }
  | {
      readonly projections: readonly Projection[]
      readonly keepOld: boolean
      readonly resume: boolean
      readonly swapAnyway: boolean
    }

const names = readModels.map(({ name }) => name).join(', ')

export const usage = `Usage: npm run rebuild -- NAME… | --all [--keep-old] [--resume] [--swap-anyway]
  NAME           ${names}
  --all          every read model, one after the other
  --keep-old     keeps the old tables (schema previous_NAME) and feeds them until Enter or Ctrl-C, then drops them
  --resume       goes on with a rebuild that was broken off; left out: begins anew
  --swap-anyway  swaps although the rebuilt rows differ from the live ones
Builds a read model from the log beside the live one, compares both row by row at one position, and swaps them. Exits 1
where rows differ, and then swaps nothing.`

/** What the command line asks for, or one line that says what is wrong with it. */
export const wantedOf = (args: readonly string[]): Wanted => {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        all: { type: 'boolean', default: false },
        'keep-old': { type: 'boolean', default: false },
        resume: { type: 'boolean', default: false },
        'swap-anyway': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return { help: true }
    const unknown = positionals.filter((name) => !readModels.some((one) => one.name === name))
    if (unknown.length > 0) return { problem: `No such read model: ${unknown.join(', ')}. Read models: ${names}.` }
    if (values.all === positionals.length > 0)
      return { problem: `It takes the name of a read model (${names}), or --all.` }
    return {
      projections: readModels.filter(({ name }) => values.all || positionals.includes(name)),
      keepOld: values['keep-old'],
      resume: values.resume,
      swapAnyway: values['swap-anyway'],
    }
  } catch (error) {
    return { problem: `${errorText(error)}\n${usage}` }
  }
}
