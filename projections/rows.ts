import { assert } from '#domain/assert.ts'
import type { AnyTable, Key, RowKey, Rows, RowValues, RowWrite, StoredRow, Table } from './ports.ts'

type DraftRow = { readonly table: AnyTable; readonly key: Key; values: RowValues | undefined; position: bigint }

const nameOf = ({ table, key }: RowKey): string => `${table.name} ${key.join(' ')}`

export const rowKey = (table: AnyTable, ...key: Key): RowKey => ({ table, key })

/** Writes a complete row. Its key is read from its columns. */
export const put = <Row extends RowValues>(table: Table<Row>, row: Row): RowWrite => {
  const values: RowValues = row
  return { table, key: table.key.map((column) => keyPart(table, values[column])), values }
}

const keyPart = (table: AnyTable, value: unknown): string | number => {
  assert(typeof value === 'string' || typeof value === 'number', `a key of ${table.name} is neither text nor a number`)
  return value
}

/** Keys without duplicates, in the order of their first occurrence. */
export const distinctKeys = (keys: readonly RowKey[]): readonly RowKey[] => [
  ...new Map(keys.map((key) => [nameOf(key), key])).values(),
]

export type DraftRows = Rows & {
  readonly write: (writes: readonly RowWrite[], position: bigint) => void
  /** The rows that were written, with their current values. */
  readonly written: () => readonly StoredRow[]
}

/**
 * The rows of one batch, folded in memory. `keys` were loaded and `stored` is what was found. Reading any other row is a
 * bug of the projection, because a row that exists would look missing.
 */
export const draftRows = (keys: readonly RowKey[], stored: readonly StoredRow[]): DraftRows => {
  const drafts = new Map<string, DraftRow>()
  const touched = new Set<DraftRow>()
  for (const { table, key } of keys)
    drafts.set(nameOf({ table, key }), { table, key, values: undefined, position: -1n })
  for (const row of stored) drafts.set(nameOf(row), { ...row })

  const get = <Row extends RowValues>(table: Table<Row>, key: Key): Row | undefined => {
    const draft = drafts.get(nameOf({ table, key }))
    assert(draft !== undefined, `${table.name} reads a row that its keysOf did not name: ${key.join(', ')}`)
    // Rows of a table are written by `put` alone, which takes a complete Row of that table.
    return draft.values as Row | undefined
  }
  const write = (writes: readonly RowWrite[], position: bigint): void => {
    for (const { table, key, values } of writes) {
      const name = nameOf({ table, key })
      const draft = drafts.get(name) ?? { table, key, values: undefined, position: -1n }
      drafts.set(name, draft)
      draft.values = values
      // An event of a resumed stream is older than what other streams have written to this row since.
      if (position > draft.position) draft.position = position
      touched.add(draft)
    }
  }
  const written = (): readonly StoredRow[] =>
    [...touched].flatMap(({ table, key, values, position }) => (values ? [{ table, key, values, position }] : []))
  return { get, write, written }
}
