// `npm run chaos`: real processes are killed, stopped, lied to and starved under load, and what they promised is held
// against every record there is. Ends with one line of figures; exits 1 where anything is wrong.
import { errorText } from '#domain/error-text.ts'
import { runChaos } from '#trials/chaos/chaos.ts'
import { usage, wantedOf } from '#trials/chaos/options.ts'
import { inRunningOrder, rows } from '#trials/chaos/rows.ts'

const run = async (): Promise<number> => {
  const known = rows.map(({ number }) => number)
  const wanted = wantedOf(process.argv.slice(2), known, Math.floor(Date.now() / 1_000))
  if ('problem' in wanted) throw new Error(wanted.problem)
  if (wanted.help) {
    console.log(usage(rows))
    return 0
  }
  const { seed, sample } = wanted
  const chosen = inRunningOrder(rows.filter(({ number }) => wanted.rows.includes(number)))
  const report = await runChaos({ rows: chosen, seed, sample, say: (line) => console.log(line) })
  console.log(report.line)
  return report.findings.length === 0 ? 0 : 1
}

// Whatever ends this before its verdict is no success.
process.exitCode = 1
run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(errorText(error))
    process.exit(1)
  },
)
