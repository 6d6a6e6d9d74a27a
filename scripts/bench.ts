// `npm run bench [-- SUITE …]`: the benchmarks. Exits with 1 if an invariant failed in any row, however fast the row was.

import { writeFileSync } from 'node:fs'
import { errorText } from '#domain/error-text.ts'
import { checkoutSuite } from '#trials/bench/checkout/suite.ts'
import { httpSuite } from '#trials/bench/http/suite.ts'
import type { Suite } from '#trials/bench/measuring/contender.ts'
import { readOptions, usage } from '#trials/bench/options.ts'
import { brokenLines, type GroupResult, jsonOf } from '#trials/bench/reporting/results.ts'
import { legend } from '#trials/bench/reporting/table.ts'
import { reserveSuite } from '#trials/bench/reserve/suite.ts'
import { closeAll } from '#trials/bench/servers/closing.ts'
import { storeSuite } from '#trials/bench/store/suite.ts'
import { sampleProducts } from './sample/catalogue.ts'
import { loadSampleCatalogue } from './start/load-sample.ts'

const suites: Readonly<Record<string, Suite>> = {
  store: storeSuite,
  reserve: reserveSuite,
  checkout: checkoutSuite,
  http: httpSuite({ products: sampleProducts(), load: loadSampleCatalogue }),
}

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2), Object.keys(suites))
  if ('problem' in options) {
    console.error(options.problem)
    process.exitCode = 1
    return
  }
  if (options.help) {
    console.log(usage)
    return
  }
  const groups: GroupResult[] = []
  for (const name of options.suites) groups.push(...((await suites[name]?.(options.settings)) ?? []))
  console.log(legend)
  if (options.jsonFile !== undefined) writeFileSync(options.jsonFile, `${jsonOf(groups)}\n`)
  for (const line of brokenLines(groups)) {
    console.error(line)
    process.exitCode = 1
  }
}

let interrupted = false

/** Ends the process explicitly: after a failure, appends to a server that is gone would be retried for ever. */
const exit = async (): Promise<void> => {
  await closeAll()
  process.exit()
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    interrupted = true
    process.exitCode = 1
    // Requests in progress fail when their servers stop. That is expected, and must not end the process before all is cleared.
    process.on('uncaughtException', () => {})
    void exit()
  })

main()
  .catch((error: unknown) => {
    if (interrupted) return
    console.error(errorText(error))
    process.exitCode = 1
  })
  .then(() => (interrupted ? undefined : exit()))
