import type { Mapping, OrdersMapping } from '../mapping.ts'
import type { Counts } from '../progress.ts'
import { readRecords } from '../read-records.ts'
import { type Invoice, invoiceOf } from './invoice.ts'
import { type CancellationLine, lineOf, type SaleLine } from './line.ts'

/** The records of one invoice, which stand together in a file. `invoice` is what of them becomes an order, if anything. */
export type Group = {
  readonly invoice: Invoice | undefined
  readonly cancellations: readonly CancellationLine[]
  /** `taken` are the records in `invoice`; cancellations are in neither, as long as nothing is known of their purchases. */
  readonly counts: Counts
}

type Open = {
  readonly name: string
  readonly sales: SaleLine[]
  readonly cancellations: CancellationLine[]
  readonly skipped: Record<string, number>
  records: number
}

const opened = (name: string): Open => ({ name, sales: [], cancellations: [], skipped: {}, records: 0 })

const skip = (open: Open, reason: string, records = 1): void => {
  if (records > 0) open.skipped[reason] = (open.skipped[reason] ?? 0) + records
}

const closed = (open: Open, isFirst: boolean): Group => {
  const { sales, cancellations, records } = open
  const invoice = isFirst ? invoiceOf(sales) : undefined
  // Its order is placed by then, and an order does not change: lines that come too late are reported.
  if (!isFirst) skip(open, 'invoice not in one piece', sales.length)
  else if (invoice === undefined) skip(open, 'invoice of too many lines', sales.length)
  const counts = { records, taken: invoice === undefined ? 0 : sales.length, skipped: open.skipped }
  return { invoice, cancellations, counts }
}

export type ReadGroups = {
  readonly files: readonly string[]
  readonly format: Mapping['format']
  readonly mapping: OrdersMapping
  /** Called for each line that cannot be read, with file, line and reason. */
  readonly onProblem: (line: string) => void
}

/** Reads the files invoice by invoice. What is kept in memory is one invoice, and the numbers of those that were read. */
export async function* readGroups({ files, format, mapping, onProblem }: ReadGroups): AsyncGenerator<Group> {
  const seen = new Set<string>()
  let open = opened('')
  const close = (): Group => {
    const isFirst = !seen.has(open.name)
    seen.add(open.name)
    return closed(open, isFirst)
  }
  for await (const page of readRecords(files, format)) {
    for (const entry of page) {
      if ('problem' in entry) {
        onProblem(`${entry.file}:${entry.line}: ${entry.problem}`)
        open.records += 1
        skip(open, 'line not readable')
        continue
      }
      const line = lineOf(entry.fields, mapping)
      if (line.invoice !== open.name) {
        if (open.records > 0) yield close()
        open = opened(line.invoice)
      }
      open.records += 1
      if (line.type === 'sale') open.sales.push(line)
      else if (line.type === 'cancellation') open.cancellations.push(line)
      else skip(open, line.reason)
    }
  }
  if (open.records > 0) yield close()
}
