import { type Kysely, sql } from 'kysely'
import type { Database } from './database.ts'
import { hasGone } from './presence.ts'

// A lease lets one process at a time do a piece of work. It is a row in Postgres that its holder renews. It runs out when the
// holder stops renewing it, and becomes free at once when the database sees the holder die. A holder that was cut off may
// believe in its lease for a moment, so writes that must not happen twice are fenced by the lease's token. All other work
// under a lease must be safe when two processes do it.

/**
 * How long a lease stays taken after its last renewal, if the holder was cut off or died unnoticed. A shorter time would take
 * work from holders that are merely slow: a call to the provider may take 8 s.
 */
export const leaseMilliseconds = 10_000
/** How long after the last renewal a holder renews its lease. */
export const renewMilliseconds = 3_000
/** A holder counts its lease as lost this long before the database does. */
export const marginMilliseconds = 2_000

/** `token` changes whenever the holder changes; `position` is the last one that a holder has stored. */
export type HeldLease = { readonly token: number; readonly position: bigint | undefined }

export type Lease = {
  /** Takes or renews the lease; undefined if another process holds it. */
  readonly hold: () => Promise<HeldLease | undefined>
  /** Stores a position; false, and nothing is stored, if the lease was lost meanwhile. */
  readonly advance: (held: HeldLease, position: bigint) => Promise<boolean>
  /** Frees the lease at once. */
  readonly release: () => Promise<void>
}

export type LeaseOptions = {
  readonly name: string
  /** This process, by an id of its own. */
  readonly holder: string
  /** Of a holder that shows its presence: called before a lease is taken or renewed; see `presence.ts`. */
  readonly show?: () => Promise<void>
  readonly monotonic: () => number
}

const milliseconds = (count: number) => sql`${count} * interval '1 millisecond'`

const takeOrRenew = async (
  db: Kysely<Database>,
  { name, holder }: Pick<LeaseOptions, 'name' | 'holder'>,
): Promise<HeldLease | undefined> => {
  // The database's clock alone decides, so the clocks of the processes may differ.
  const { rows } = await sql<{ readonly token: number; readonly position: string | null }>`
    insert into leases as l (name, holder, token, expires_at)
    values (${name}, ${holder}, 1, now() + ${milliseconds(leaseMilliseconds)})
    on conflict (name) do update
      set token = case when l.holder = excluded.holder then l.token else l.token + 1 end,
        holder = excluded.holder, expires_at = excluded.expires_at
      where l.holder = excluded.holder or l.expires_at <= now() or ${hasGone(sql.ref('l.holder'))}
    returning token, position::text`.execute(db)
  const [row] = rows
  return row && { token: row.token, position: row.position === null ? undefined : BigInt(row.position) }
}

export const createLease = (db: Kysely<Database>, { name, holder, show, monotonic }: LeaseOptions): Lease => {
  let held: (HeldLease & { readonly since: number }) | undefined
  return {
    hold: async () => {
      const since = monotonic()
      if (held !== undefined && since < held.since + renewMilliseconds) return held
      try {
        await show?.()
        const taken = await takeOrRenew(db, { name, holder })
        held = taken && { ...taken, since }
      } catch (error) {
        // While the database is away nobody else can take the lease before it has run out.
        if (held === undefined || since >= held.since + leaseMilliseconds - marginMilliseconds) throw error
      }
      return held
    },
    advance: async ({ token }, position) => {
      const { numAffectedRows } = await sql`
        update leases set position = ${position.toString()}
        where name = ${name} and holder = ${holder} and token = ${token}`.execute(db)
      if (numAffectedRows === 1n) return true
      held = undefined
      return false
    },
    release: async () => {
      if (held === undefined) return
      const { token } = held
      held = undefined
      await sql`
        update leases set expires_at = now()
        where name = ${name} and holder = ${holder} and token = ${token}`.execute(db)
    },
  }
}
