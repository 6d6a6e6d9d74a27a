// `npm run verify`: the invariants of docs/architecture.md, section 7, over the live log, the read models and the payment
// simulator's ledger. A line for each; exits 1 where one is broken.

import { parseArgs } from 'node:util'
import type { InvariantOutcome } from '#audit/verify/finding.ts'
import { verifyServers } from '#audit/verify/run.ts'
import { errorText } from '#domain/error-text.ts'
import { readConfig } from '#platform/config.ts'
import { openStack } from '#stack/open-stack.ts'
import { stackSecrets } from '#stack/secrets.ts'

const usage = `Usage: npm run verify [-- --data-dir DIR]
  --data-dir DIR  data folder of the stack (HOLDFAST_DATA_DIR, else .holdfast)
It works on EVENTSTORE_URL and DATABASE_URL, else on the stack that runs on the data folder, else on what is kept there.`

const warn = (line: string): void => console.error(line)

const print = ({ invariant, checked, findings }: InvariantOutcome): boolean => {
  console.log(`${findings.length === 0 ? '✓' : '✗'} ${invariant} (${checked})`)
  for (const finding of findings) console.log(`    ${finding}`)
  return findings.length === 0
}

const verify = async (givenDir: string | undefined): Promise<boolean> => {
  const config = readConfig(process.env)
  const dataDir = givenDir ?? config.dataDir
  const { description, eventStoreUrl, databaseUrl, paymentsUrl, stop } = await openStack({ ...config, dataDir })
  const payments = paymentsUrl === undefined ? undefined : { url: paymentsUrl, key: stackSecrets(dataDir).paymentKey }
  try {
    console.log(`Verifying ${description}.`)
    let isHeld = true
    for await (const outcome of verifyServers({ eventStoreUrl, databaseUrl, payments }, warn))
      isHeld = print(outcome) && isHeld
    return isHeld
  } finally {
    await stop()
  }
}

try {
  const options = { 'data-dir': { type: 'string' }, help: { type: 'boolean', default: false } } as const
  const { values } = parseArgs({ options })
  if (values.help) console.log(usage)
  else if (!(await verify(values['data-dir']))) process.exitCode = 1
} catch (error) {
  console.error(errorText(error))
  process.exitCode = 1
}
