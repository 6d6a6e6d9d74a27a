// A sample of the quicker rows of `npm run chaos`.
import { expect, test } from 'vitest'
import { runChaos } from '../chaos/chaos.ts'
import { rows } from '../chaos/rows.ts'

const sampledRows: readonly number[] = [1, 4, 5, 6, 8, 9, 10, 11]
const millisecondsMax = 600_000

test(
  'given a shop under load, when its processes, servers and payment provider fail, then all records agree afterwards',
  async () => {
    const said: string[] = []
    const sampled = rows.filter(({ number }) => sampledRows.includes(number))
    const report = await runChaos({ rows: sampled, seed: 1, sample: true, say: (line) => said.push(line) })
    expect(report.findings, said.join('\n')).toEqual([])
    expect(report.line).toContain('oversold 0 · lost acks 0 · double charges 0 · leaked holds 0 · rebuild mismatches 0')
  },
  millisecondsMax,
)
