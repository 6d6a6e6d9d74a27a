import { verifyServers } from '#audit/verify/run.ts'
import { stackSecrets } from '#stack/secrets.ts'
import type { TestStack } from './stack.ts'

/** Runs `verify` over the log, the read models and the provider's ledger; empty if every invariant holds. */
export const findingsOf = async ({ stack }: Pick<TestStack, 'stack'>): Promise<readonly string[]> => {
  const { eventStoreUrl, databaseUrl, paymentsUrl } = stack.addresses
  const key = stackSecrets(stack.dataDir).paymentKey
  const payments = paymentsUrl === undefined ? undefined : { url: paymentsUrl, key }
  const findings: string[] = []
  const warnings: string[] = []
  for await (const outcome of verifyServers({ eventStoreUrl, databaseUrl, payments }, (line) => warnings.push(line)))
    findings.push(...outcome.findings.map((finding) => `${outcome.invariant}: ${finding}`))
  return findings
}
