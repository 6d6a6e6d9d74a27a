import type { AnyTable, Head, Key, ProjectionStore, RowKey, StoredRow } from '../ports.ts'

// A store in memory for tests, as strict as Postgres: rows go through JSON, a commit with another version is refused, and
// an older row does not replace a newer one.

export type MemoryStore = ProjectionStore & {
  readonly rows: (table: AnyTable) => readonly unknown[]
  readonly head: (projection: string) => Head
  readonly commits: () => number
}

const emptyHead: Head = { version: 0, position: undefined, stopped: undefined, parked: new Map() }
const nameOf = ({ table, key }: { readonly table: AnyTable; readonly key: Key }): string =>
  `${table.name}/${key.join('/')}`

export const createMemoryStore = (): MemoryStore => {
  const heads = new Map<string, Head>()
  const stored = new Map<string, { readonly row: StoredRow; readonly json: string }>()
  let commits = 0

  const found = (key: RowKey): readonly StoredRow[] => {
    const known = stored.get(nameOf(key))
    return known ? [{ ...known.row, values: JSON.parse(known.json) }] : []
  }
  return {
    load: async (projection, keys) => ({ head: heads.get(projection) ?? emptyHead, rows: keys.flatMap(found) }),
    commit: async (commit) => {
      const head = heads.get(commit.projection) ?? emptyHead
      if (head.version !== commit.expectedVersion) return 'refused'
      const parked = new Map([...head.parked, ...commit.parked.map((one) => [one.stream, one] as const)])
      for (const stream of commit.resumed) parked.delete(stream)
      const { position, stopped } = commit
      heads.set(commit.projection, { version: head.version + 1, position, stopped, parked })
      for (const row of commit.rows) {
        const before = stored.get(nameOf(row))
        if (before && before.row.position > row.position) continue
        stored.set(nameOf(row), { row, json: JSON.stringify(row.values) })
      }
      commits += 1
      return 'committed'
    },
    rows: (table) =>
      [...stored.values()].filter(({ row }) => row.table.name === table.name).map(({ json }) => JSON.parse(json)),
    head: (projection) => heads.get(projection) ?? emptyHead,
    commits: () => commits,
  }
}
