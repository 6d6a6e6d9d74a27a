import { foldBatch, keysOfEntries } from '../fold.ts'
import type { AnyTable, LogEntry, Projection } from '../ports.ts'
import { distinctKeys } from '../rows.ts'

/** The rows of one table after a projection has applied the entries to no rows. Throws if a stream was parked. */
export const rowsAfter = (
  projection: Projection,
  entries: readonly LogEntry[],
  table: AnyTable,
): readonly unknown[] => {
  const head = { version: 0, position: undefined, stopped: undefined, parked: new Map() }
  const keys = distinctKeys(keysOfEntries(projection, entries))
  const { rows, parked } = foldBatch({ projection, head, entries, keys, stored: [] })
  const [first] = parked
  if (first) throw new Error(first.problem)
  return rows.filter((row) => row.table === table).map(({ values }) => values)
}
