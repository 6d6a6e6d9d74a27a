// `npm run bench [-- SUITE …]`: the benchmarks. Exits 1 when a row breaks an invariant, however fast it was.

import { writeFileSync } from 'node:fs'
import { errorText } from '#domain/error-text.ts'
import { checkoutSuite } from '#trials/bench/checkout/suite.ts'
import { closeAll } from '#trials/bench/closing.ts'
import { httpSuite } from '#trials/bench/http/suite.ts'
import { usage, wantedOf } from '#trials/bench/options.ts'
import { brokenRows, jsonOf } from '#trials/bench/report.ts'
import { reserveSuite } from '#trials/bench/reserve/suite.ts'
import type { Suite } from '#trials/bench/run.ts'
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
  const wanted = wantedOf(process.argv.slice(2), Object.keys(suites))
  if ('problem' in wanted) {
    console.error(wanted.problem)
    process.exitCode = 1
    return
  }
  if (wanted.help) {
    console.log(usage(Object.keys(suites)))
    return
  }
  const groups = []
  for (const name of wanted.suites) groups.push(...((await suites[name]?.(wanted.settings)) ?? []))
  if (wanted.jsonFile !== undefined) writeFileSync(wanted.jsonFile, `${jsonOf(groups)}\n`)
  for (const line of brokenRows(groups)) {
    console.error(line)
    process.exitCode = 1
  }
}

let interrupted = false

/** Exits by itself: after a failure, appends to a server that is gone would be tried for ever. */
const end = async (): Promise<void> => {
  await closeAll()
  process.exit()
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    interrupted = true
    process.exitCode = 1
    // Whatever is under way fails as its servers go: that is no news, and must not end this before all is cleared away.
    process.on('uncaughtException', () => {})
    void end()
  })

main()
  .catch((error: unknown) => {
    if (interrupted) return
    console.error(errorText(error))
    process.exitCode = 1
  })
  .then(() => (interrupted ? undefined : end()))
