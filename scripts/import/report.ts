import type { CatalogueReport } from './catalogue/run.ts'
import { type OrdersReport, sellingPhase } from './orders/run.ts'
import type { Counts } from './progress.ts'

type Row = readonly [what: string, count: string]

const whole = (value: number): string => Math.round(value).toLocaleString('en')

const table = (rows: readonly Row[]): string => {
  const width = Math.max(...rows.map(([what]) => what.length))
  const digits = Math.max(...rows.map(([, count]) => count.length))
  return rows.map(([what, count]) => `  ${what.padEnd(width)}  ${count.padStart(digits)}`).join('\n')
}

const countRows = ({ records, taken, skipped }: Counts): readonly Row[] => [
  ['records', whole(records)],
  ['taken', whole(taken)],
  ...Object.entries(skipped)
    .toSorted(([, one], [, other]) => other - one)
    .map(([reason, count]): Row => [`skipped: ${reason}`, whole(count)]),
]

const already = 'These files were imported before, with this mapping and these options: nothing was added.'

export const ordersTable = (report: OrdersReport): string => {
  if (report.alreadyDone) return `${already}\n${table(countRows(report))}`
  const { orders, lines, returned, cancellations, returnedPartly, seconds, phases } = report
  const rateOver = (time: number): number => (time > 0 ? lines / time : 0)
  return table([
    ...countRows(report),
    ['orders placed', whole(orders)],
    ['order lines', whole(lines)],
    ['cancelled lines', whole(cancellations)],
    ['  taken back', whole(returned)],
    ['  in part', whole(returnedPartly)],
    ['seconds', seconds.toFixed(1)],
    ...phases.map((part): Row => [`  ${part.phase}`, part.seconds.toFixed(1)]),
    ['order lines a second', whole(rateOver(seconds))],
    ['  while selling', whole(rateOver(phases.find(({ phase }) => phase === sellingPhase)?.seconds ?? 0))],
  ])
}

export const catalogueTable = (report: CatalogueReport): string => {
  if (report.alreadyDone) return `${already}\n${table(countRows(report))}`
  const { products, seconds } = report
  return table([
    ...countRows(report),
    ['products', whole(products)],
    ['seconds', seconds.toFixed(1)],
    ['products a second', whole(seconds > 0 ? products / seconds : 0)],
  ])
}

/** Where what was imported is to be seen, and when. `behind` in log positions. */
export const lagLine = (behind: bigint): string =>
  behind === 0n
    ? 'The read models have followed.'
    : `The read models are ${behind.toLocaleString('en')} log positions behind: they follow while workers run.`
