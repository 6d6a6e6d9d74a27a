import { showProgress } from './progress.ts'
import type { ContenderResult, GroupResult } from './results.ts'

type Column = {
  readonly head: string
  readonly isNumeric: boolean
  /** `first` is the first row of the table. */
  readonly cell: (row: ContenderResult, first: ContenderResult) => string
}

const oneDecimalBelowMilliseconds = 10

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')

const milliseconds = (value: number | null): string => {
  if (value === null) return '–'
  return value < oneDecimalBelowMilliseconds ? value.toFixed(1) : whole(value)
}

const columnsOf = (unit: string): readonly Column[] => [
  { head: 'design', isNumeric: false, cell: ({ design }) => design },
  { head: 'durable when answered', isNumeric: false, cell: ({ durability }) => durability },
  { head: `${unit}/s`, isNumeric: true, cell: ({ rate }) => whole(rate) },
  {
    head: 'slowest to fastest',
    isNumeric: true,
    cell: ({ rateMin, rateMax }) => `${whole(rateMin)} to ${whole(rateMax)}`,
  },
  { head: 'p50 ms', isNumeric: true, cell: ({ p50 }) => milliseconds(p50) },
  { head: 'p99 ms', isNumeric: true, cell: ({ p99 }) => milliseconds(p99) },
  { head: 'ratio', isNumeric: true, cell: ({ rate }, first) => (rate / first.rate).toFixed(2) },
  { head: 'checked', isNumeric: false, cell: ({ broken, checked }) => (broken.length > 0 ? 'BROKEN' : checked) },
]

/** Explains the columns; printed once, after the last table. */
export const legend = `
/s                     rate: the median of the measured rounds
slowest to fastest     the rates of the slowest and the fastest measured round
durable when answered  what has been synced to disk when a request is answered
p50 ms, p99 ms         latency of single requests in the median round, in milliseconds
ratio                  rate divided by the rate of the table's first row
checked                what the design's own records say about the median round; BROKEN if an invariant failed in any round`

export const printTable = ({ title, about, unit, rows }: GroupResult): void => {
  const [first] = rows
  if (first === undefined) return
  showProgress('')
  const columns = columnsOf(unit)
  const cells = columns.map(({ head, cell }) => [head, ...rows.map((row) => cell(row, first))])
  const widths = cells.map((column) => Math.max(...column.map((text) => text.length)))
  console.log(['', title, ...about, ''].join('\n'))
  for (let line = 0; line <= rows.length; line += 1)
    console.log(
      columns
        .map(({ isNumeric }, column) => {
          const text = cells[column]?.[line] ?? ''
          const width = widths[column] ?? 0
          return isNumeric ? text.padStart(width) : text.padEnd(width)
        })
        .join('  ')
        .trimEnd(),
    )
}
