import { type RawBuilder, sql } from 'kysely'
import type pg from 'pg'

// A process shows that it lives by a session that holds a lock on its name: the server ends the session with the process's
// connection, so that others learn of its death at once. Where a whole machine or its network goes, the server may take
// hours to notice; so this only ever shortens a wait that has an end of its own.

/** Tells these locks from all other advisory ones. */
const lockClass = 1_885_433_459
/** Names without it promise no lock. */
const prefix = 'present-'

export type Presence = {
  /** The process's name, to be written down where others may ask whether it lives. */
  readonly holder: string
  /** From now on it is seen; also again after the connection broke. Rejects where the database cannot be reached. */
  readonly show: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Costs a connection of the pool. `id` is the process's alone. */
export const createPresence = (pool: { readonly connect: () => Promise<pg.PoolClient> }, id: string): Presence => {
  const holder = `${prefix}${id}`
  /** Ends it. */
  let session: Promise<() => void> | undefined

  const open = async (): Promise<() => void> => {
    const client = await pool.connect()
    const end = (): void => {
      client.off('end', end)
      session = undefined
      client.release(true)
    }
    try {
      // Shared, so that a session that the server has not seen break yet does not keep out the next one.
      await client.query('select pg_advisory_lock_shared($1, hashtext($2))', [lockClass, holder])
    } catch (error) {
      client.release(true)
      throw error
    }
    client.once('end', end)
    return end
  }

  return {
    holder,
    show: async () => {
      session ??= open().catch((error: unknown) => {
        session = undefined
        throw error
      })
      await session
    },
    close: async () => {
      const end = await session?.catch(() => undefined)
      end?.()
    },
  }
}

/** Whether the process of this name has shown its presence and has ended since; false if it never announced itself. */
export const hasGone = (holder: RawBuilder<string>): RawBuilder<boolean> => sql`(
  starts_with(${holder}, ${prefix}) and not exists (
    select from pg_locks
    where locktype = 'advisory' and objsubid = 2 and granted
      and database = (select oid from pg_database where datname = current_database())
      and classid = ${lockClass}::oid and objid = hashtext(${holder})::oid))`
