export type Row = {
  readonly design: string
  readonly durability: string
  /** Per second: the median of the rounds, the slowest and the fastest. */
  readonly rate: number
  readonly rateMin: number
  readonly rateMax: number
  /** Milliseconds in the median round; null where single requests have no time of their own. */
  readonly p50: number | null
  readonly p99: number | null
  readonly checked: string
  /** Invariants that did not hold, in any round; empty is what must be. */
  readonly broken: readonly string[]
}

export type GroupReport = { readonly title: string; readonly unit: string; readonly rows: readonly Row[] }

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')

const milliseconds = (value: number | null): string => {
  if (value === null) return '–'
  return value < 10 ? value.toFixed(1) : whole(value)
}

const cellsOf = (row: Row, first: Row): readonly string[] => {
  return [
    row.design,
    row.durability,
    whole(row.rate),
    `${whole(row.rateMin)} to ${whole(row.rateMax)}`,
    milliseconds(row.p50),
    milliseconds(row.p99),
    (row.rate / first.rate).toFixed(2),
    row.broken.length > 0 ? 'BROKEN' : row.checked,
  ]
}

const isNumeric = (column: number): boolean => column >= 2 && column <= 6

export const printGroup = ({ title, unit, rows }: GroupReport): void => {
  const [first] = rows
  if (first === undefined) return
  showProgress('')
  const head = ['design', 'durable when answered', `${unit}/s`, 'min to max', 'p50 ms', 'p99 ms', 'ratio', 'checked']
  const table = [head, ...rows.map((row) => cellsOf(row, first))]
  const widths = head.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)))
  console.log(`\n${title}`)
  for (const cells of table)
    console.log(
      cells
        .map((cell, column) =>
          isNumeric(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
}

/** One line on a terminal, overwritten by the next; a line each where output is not a terminal. */
export const showProgress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`)
  else if (text !== '') process.stderr.write(`${text}\n`)
}

export const brokenRows = (groups: readonly GroupReport[]): readonly string[] =>
  groups.flatMap(({ title, rows }) =>
    rows.flatMap(({ design, broken }) => broken.map((what) => `${title}: ${design}: ${what}`)),
  )

export const jsonOf = (groups: readonly GroupReport[]): string => JSON.stringify({ groups }, null, 2)
