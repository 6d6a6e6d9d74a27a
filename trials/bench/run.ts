import { type GroupReport, printGroup, type Row, showProgress } from './report.ts'
import { medianOf, percentileOf } from './statistics.ts'

export type Settings = {
  /** Length of one round of a steady load. */
  readonly seconds: number
  readonly quick: boolean
  /** Where processes under test leave CPU profiles; undefined: none are taken. */
  readonly profileDir: string | undefined
}

export type Suite = (settings: Settings) => Promise<readonly GroupReport[]>

/** One round: how much was done in how long, and what was checked. `checks` name what was found; `broken` what is wrong. */
export type Round = {
  readonly done: number
  readonly milliseconds: number
  /** Of single requests; empty where there are none (a long read). */
  readonly latencies: readonly number[]
  readonly checked: string
  readonly broken: readonly string[]
}

/** A design in a clean state of its own: rounds follow one another, none sees what an earlier one sold. */
export type Arena = { readonly round: () => Promise<Round>; readonly close: () => Promise<void> }

export type Contender = {
  readonly design: string
  readonly durability: string
  readonly open: () => Promise<Arena>
}

/** Rows that compare: the first is the one that the others are set against. */
export type Group = {
  readonly title: string
  readonly unit: string
  readonly contenders: readonly Contender[]
  /** Rounds before those that count; one unless given. */
  readonly warmUps?: number
}

const roundsMeasured = 3

const measure = async (group: Group, contender: Contender): Promise<Row> => {
  const { design, durability } = contender
  const { warmUps = 1 } = group
  showProgress(`${group.title}: ${design}, starting`)
  const arena = await contender.open()
  try {
    const rounds: Round[] = []
    for (let number = 1 - warmUps; number <= roundsMeasured; number += 1) {
      showProgress(`${group.title}: ${design}, ${number < 1 ? 'warm-up' : `round ${number} of ${roundsMeasured}`}`)
      rounds.push(await arena.round())
    }
    return { design, durability, ...summaryOf(rounds.slice(warmUps)), broken: rounds.flatMap(({ broken }) => broken) }
  } finally {
    await arena.close()
  }
}

const rateOf = ({ done, milliseconds }: Round): number => (done / milliseconds) * 1_000

const summaryOf = (rounds: readonly Round[]): Omit<Row, 'design' | 'durability' | 'broken'> => {
  const rates = rounds.map(rateOf)
  const rate = medianOf(rates)
  const median = rounds.find((round) => rateOf(round) === rate)
  const sorted = Float64Array.from(median?.latencies ?? []).sort()
  return {
    rate,
    rateMin: Math.min(...rates),
    rateMax: Math.max(...rates),
    p50: sorted.length === 0 ? null : percentileOf(sorted, 0.5),
    p99: sorted.length === 0 ? null : percentileOf(sorted, 0.99),
    checked: median?.checked ?? '',
  }
}

/** Measures the rows of a group one after the other and prints them. */
export const runGroup = async (group: Group): Promise<GroupReport> => {
  const rows: Row[] = []
  for (const contender of group.contenders) rows.push(await measure(group, contender))
  const report = { title: group.title, unit: group.unit, rows }
  printGroup(report)
  return report
}
