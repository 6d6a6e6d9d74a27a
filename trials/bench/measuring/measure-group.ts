import { medianOf, percentileOf } from '../../statistics.ts'
import { showProgress } from '../reporting/progress.ts'
import type { ContenderResult, GroupResult } from '../reporting/results.ts'
import { printTable } from '../reporting/table.ts'
import type { Contender, ContenderGroup, Round } from './contender.ts'

const warmUpRoundsDefault = 1
const roundsMeasured = 3

const rateOf = ({ done, milliseconds }: Round): number => (done / milliseconds) * 1_000

const summaryOf = (rounds: readonly Round[]): Omit<ContenderResult, 'design' | 'durability' | 'broken'> => {
  const rates = rounds.map(rateOf)
  const rate = medianOf(rates)
  const median = rounds.find((round) => rateOf(round) === rate)
  const latencies = median?.latencies ?? []
  return {
    rate,
    rateMin: Math.min(...rates),
    rateMax: Math.max(...rates),
    p50: latencies.length === 0 ? null : percentileOf(latencies, 0.5),
    p99: latencies.length === 0 ? null : percentileOf(latencies, 0.99),
    checked: median?.checked ?? '',
  }
}

const measureContender = async (group: ContenderGroup, contender: Contender): Promise<ContenderResult> => {
  const { title, warmUpRounds = warmUpRoundsDefault } = group
  const { design, durability } = contender
  showProgress(`${title}: ${design}, starting`)
  const running = await contender.start()
  try {
    const rounds: Round[] = []
    for (let number = 1 - warmUpRounds; number <= roundsMeasured; number += 1) {
      showProgress(`${title}: ${design}, ${number < 1 ? 'warm-up' : `round ${number} of ${roundsMeasured}`}`)
      rounds.push(await running.runRound())
    }
    return {
      design,
      durability,
      ...summaryOf(rounds.slice(warmUpRounds)),
      broken: rounds.flatMap(({ broken }) => broken),
    }
  } finally {
    await running.close()
  }
}

/** Measures the contenders of a group one after the other and prints the table. */
export const measureGroup = async (group: ContenderGroup): Promise<GroupResult> => {
  const { title, about, unit, contenders } = group
  const rows: ContenderResult[] = []
  for (const contender of contenders) rows.push(await measureContender(group, contender))
  const result = { title, about, unit, rows }
  printTable(result)
  return result
}
