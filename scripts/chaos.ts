// `npm run chaos`: real processes are killed, paused, cut off from their provider and starved of disk space under load, and then
// all records of what happened are compared. Ends with one line of figures; exits 1 if anything is wrong.
import { errorText } from '#domain/error-text.ts'
import { runChaos } from '#trials/chaos/chaos.ts'
import { parseCommandLine, usage } from '#trials/chaos/options.ts'
import { inRunningOrder, rows } from '#trials/chaos/rows.ts'

const run = async (): Promise<number> => {
  const known = rows.map(({ number }) => number)
  const options = parseCommandLine(process.argv.slice(2), known, Math.floor(Date.now() / 1_000))
  if ('problem' in options) throw new Error(options.problem)
  if (options.help) {
    console.log(usage(rows))
    return 0
  }
  const { seed, sample } = options
  const chosen = inRunningOrder(rows.filter(({ number }) => options.rows.includes(number)))
  const report = await runChaos({ rows: chosen, seed, sample, say: (line) => console.log(line) })
  console.log(report.line)
  return report.findings.length === 0 ? 0 : 1
}

// If something ends the process before the run is judged, that is not a success.
process.exitCode = 1
run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(errorText(error))
    process.exit(1)
  },
)
