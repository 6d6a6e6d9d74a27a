import { parseArgs } from 'node:util'
import type { StockPolicy } from './orders/stock-plan.ts'

export const usage = `Usage: npm run import -- catalogue FILE… --map MAPPING
       npm run import -- orders FILE… --map MAPPING [--stock ample | --stock tight:SHARE]
  FILE                 CSV with a header, or JSON lines; either may be gzipped
  --map MAPPING        online-retail, icecat, or a mapping file: docs/import.md
  --stock ample        receive all that the orders need first (the default)
  --stock tight:0.9    receive this share of it, so that some lines are sold out
  --data-dir DIR       data folder of the stack (HOLDFAST_DATA_DIR, else .holdfast)
It works on EVENTSTORE_URL and DATABASE_URL, else on the stack that runs on the data folder, else on one of its own there.`

export type ImportArguments = {
  readonly kind: 'catalogue' | 'orders'
  readonly files: readonly string[]
  readonly map: string
  readonly policy: StockPolicy
  readonly dataDir: string | undefined
}

const policyOf = (text: string): StockPolicy => {
  if (text === 'ample') return { type: 'ample' }
  const match = /^tight:(0?\.\d{1,4}|1|0)$/.exec(text)
  if (match === null)
    throw new Error(`--stock takes ample, or tight: and a share from 0 to 1 such as tight:0.9, not "${text}".`)
  return { type: 'tight', share: Number(match[1]) }
}

/** Throws one line that says what is wrong; `help` is asked for with --help. */
export const parseArguments = (args: readonly string[]): ImportArguments | 'help' => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      map: { type: 'string' },
      stock: { type: 'string', default: 'ample' },
      'data-dir': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const [kind, ...files] = positionals
  if (kind !== 'catalogue' && kind !== 'orders')
    throw new Error(`What is to be imported? It takes catalogue or orders, not "${kind ?? ''}".`)
  if (files.length === 0) throw new Error(`Which file? It takes at least one after ${kind}.`)
  if (values.map === undefined) throw new Error('--map is missing: it takes online-retail, icecat or a mapping file.')
  return { kind, files, map: values.map, policy: policyOf(values.stock), dataDir: values['data-dir'] }
}
