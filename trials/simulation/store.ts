import type { Move } from '#platform/postgres/lease-group.ts'
import type { LeaseRow as GroupedLease } from '#platform/postgres/lease-shares.ts'
import { type HeldLease, leaseMilliseconds } from '#platform/postgres/leases.ts'
import type { AnyTable, Commit, Head, Key, RowKey, RowValues, StoredRow } from '#projections/ports.ts'

// The simulated read database: rows as JSON, checkpoints that move by compare and set, and leases that run out by its own
// clock.

type Row = { readonly row: StoredRow; readonly json: string }
type LeaseRow = {
  readonly holder: string | undefined
  readonly token: number
  readonly expiresAt: number
  readonly position: bigint | undefined
}

export type StoreServer = {
  readonly load: (
    projection: string,
    keys: readonly RowKey[],
  ) => { readonly head: Head; readonly rows: readonly StoredRow[] }
  readonly commit: (commit: Commit) => 'committed' | 'refused'
  readonly writeRows: (rows: readonly StoredRow[]) => void
  readonly head: (projection: string) => Head
  readonly rowsOf: <Values extends RowValues>(table: AnyTable) => readonly Values[]
  readonly takeLease: (name: string, holder: string) => HeldLease | undefined
  readonly advanceLease: (name: string, holder: string, token: number, position: bigint) => boolean
  readonly releaseLease: (name: string, holder: string, token: number) => void
  readonly renewLeases: (names: readonly string[], holder: string) => readonly GroupedLease[]
  readonly takeLeases: (wanted: readonly GroupedLease[], holder: string) => readonly GroupedLease[]
  readonly advanceLeases: (moves: readonly Move[], holder: string) => readonly string[]
}

const emptyHead: Head = { version: 0, position: undefined, stopped: undefined, parked: new Map() }
const nameOf = (table: AnyTable, key: Key): string => `${table.name}/${key.join('/')}`

/** `fail` reports a broken invariant: a lease position that goes back was stored by a process that had lost the lease. */
export const createStoreServer = (now: () => number, fail: (problem: string) => void): StoreServer => {
  const heads = new Map<string, Head>()
  const tables = new Map<string, Map<string, Row>>()
  const leases = new Map<string, LeaseRow>()
  const tableOf = (table: AnyTable): Map<string, Row> => {
    const known = tables.get(table.name)
    if (known) return known
    const made = new Map<string, Row>()
    tables.set(table.name, made)
    return made
  }

  const found = ({ table, key }: RowKey): readonly StoredRow[] => {
    const known = tableOf(table).get(nameOf(table, key))
    return known ? [{ ...known.row, values: JSON.parse(known.json) }] : []
  }

  const writeRows = (rows: readonly StoredRow[]): void => {
    for (const row of rows) {
      const table = tableOf(row.table)
      const name = nameOf(row.table, row.key)
      const before = table.get(name)
      if (before && before.row.position > row.position) continue
      table.set(name, { row, json: JSON.stringify(row.values) })
    }
  }

  const isHeld = (name: string, holder: string, token: number): LeaseRow | undefined => {
    const lease = leases.get(name)
    return lease?.holder === holder && lease.token === token ? lease : undefined
  }

  return {
    load: (projection, keys) => ({ head: heads.get(projection) ?? emptyHead, rows: keys.flatMap(found) }),
    commit: ({ projection, expectedVersion, position, stopped, rows, parked, resumed }) => {
      const head = heads.get(projection) ?? emptyHead
      if (head.version !== expectedVersion) return 'refused'
      const waiting = new Map([...head.parked, ...parked.map((one) => [one.stream, one] as const)])
      for (const stream of resumed) waiting.delete(stream)
      heads.set(projection, { version: head.version + 1, position, stopped, parked: waiting })
      writeRows(rows)
      return 'committed'
    },
    writeRows,
    head: (projection) => heads.get(projection) ?? emptyHead,
    // The caller names the type of the table's rows, which the table itself cannot carry.
    rowsOf: <Values extends RowValues>(table: AnyTable) =>
      [...tableOf(table).values()].map(({ row }) => row.values as Values),
    takeLease: (name, holder) => {
      const lease = leases.get(name)
      if (lease && lease.holder !== holder && lease.expiresAt > now()) return undefined
      const token = lease === undefined ? 1 : lease.holder === holder ? lease.token : lease.token + 1
      const position = lease?.position
      leases.set(name, { holder, token, expiresAt: now() + leaseMilliseconds, position })
      return { token, position }
    },
    advanceLease: (name, holder, token, position) => {
      const lease = isHeld(name, holder, token)
      if (lease) leases.set(name, { ...lease, position })
      return lease !== undefined
    },
    releaseLease: (name, holder, token) => {
      const lease = isHeld(name, holder, token)
      if (lease) leases.set(name, { ...lease, expiresAt: now() })
    },
    renewLeases: (names, holder) =>
      names.map((name) => {
        const known = leases.get(name) ?? { holder: undefined, token: 0, expiresAt: now(), position: undefined }
        const lease = known.holder === holder ? { ...known, expiresAt: now() + leaseMilliseconds } : known
        leases.set(name, lease)
        const { token, position } = lease
        return { name, token, position, holder: lease.expiresAt > now() ? lease.holder : undefined }
      }),
    takeLeases: (wanted, holder) =>
      wanted.flatMap(({ name, token: seen }) => {
        const lease = leases.get(name)
        if (lease?.token !== seen) return []
        const taken = { holder, token: seen + 1, position: lease.position }
        leases.set(name, { ...taken, expiresAt: now() + leaseMilliseconds })
        return [{ name, ...taken }]
      }),
    advanceLeases: (moves, holder) =>
      moves.flatMap(({ name, token, position }) => {
        const lease = isHeld(name, holder, token)
        if (lease === undefined) return []
        if (lease.position !== undefined && position < lease.position)
          fail(`${name} goes back from ${lease.position} to ${position}`)
        leases.set(name, { ...lease, position })
        return [name]
      }),
  }
}
