// `npm run verify`: the invariants of docs/architecture.md, section 7, over the live log, the read models and the payment
// simulator's ledger. A line for each; exits 1 where one is broken.
import { parseArgs } from 'node:util'
import { readConfig } from '#platform/config.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { openStack } from './stack/open-stack.ts'
import { stackSecrets } from './stack/secrets.ts'
import type { Outcome } from './verify/finding.ts'
import { verifyLog } from './verify/log.ts'
import { compareLedger, readCharges } from './verify/provider-ledger.ts'
import { verifyReadModels } from './verify/read-models.ts'

const usage = `Usage: npm run verify [-- --data-dir DIR]
  --data-dir DIR  data folder of the stack (HOLDFAST_DATA_DIR, else .holdfast)
It works on EVENTSTORE_URL and DATABASE_URL, else on the stack that runs on the data folder, else on what is kept there.`

/** A second copy of a large table takes longer to compare than a query of the API may. */
const statementMilliseconds = 600_000
/** A payment may be on its way from the provider to the log. */
const motionMilliseconds = 60_000

const warn = (line: string): void => console.error(line)

const print = ({ invariant, checked, findings }: Outcome): boolean => {
  console.log(`${findings.length === 0 ? '✓' : '✗'} ${invariant} (${checked})`)
  for (const finding of findings) console.log(`    ${finding}`)
  return findings.length === 0
}

const verify = async (givenDir: string | undefined): Promise<boolean> => {
  const config = readConfig(process.env)
  const dataDir = givenDir ?? config.dataDir
  const stack = await openStack({ ...config, dataDir })
  const client = connectEventStore(stack.eventStoreUrl)
  const pool = createPool({ url: stack.databaseUrl, statementMilliseconds, onError: ({ message }) => warn(message) })
  try {
    console.log(`Verifying ${stack.description}.`)
    const { outcomes, orders, at } = await verifyLog(client, warn)
    const held = outcomes.map(print)
    if (stack.paymentsUrl !== undefined) {
      const charges = await readCharges(stack.paymentsUrl, stackSecrets(dataDir).paymentKey)
      held.push(print(compareLedger(charges, orders, ({ lastAt }) => at - lastAt < motionMilliseconds)))
    }
    const ports = { client, pool, databaseUrl: stack.databaseUrl, warn }
    for await (const outcome of verifyReadModels(ports)) held.push(print(outcome))
    return held.every((holds) => holds)
  } finally {
    await client.dispose()
    await pool.end()
    await stack.stop()
  }
}

try {
  const options = { 'data-dir': { type: 'string' }, help: { type: 'boolean', default: false } } as const
  const { values } = parseArgs({ options })
  if (values.help) console.log(usage)
  else if (!(await verify(values['data-dir']))) process.exitCode = 1
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
