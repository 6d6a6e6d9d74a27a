import { type Kysely, sql } from 'kysely'
import type { Database } from './database.ts'
import type { LeaseStore } from './lease-group.ts'
import type { LeaseRow } from './lease-shares.ts'
import { leaseMilliseconds } from './leases.ts'
import { hasGone } from './presence.ts'

// The rows of a group of leases. Every call is made of single statements, so a process that is stopped in the middle of one
// leaves nothing locked. Each statement locks its rows in the order of their names, so that two never wait for each other.
// Only the database's clock decides which leases have run out, and only its sessions tell which holders are gone.

type Row = {
  readonly name: string
  readonly holder: string | null
  readonly token: number
  readonly position: string | null
}

const leaseRow = ({ name, holder, token, position }: Row): LeaseRow => ({
  name,
  token,
  holder: holder ?? undefined,
  position: position === null ? undefined : BigInt(position),
})

const runsOut = sql`now() + ${leaseMilliseconds} * interval '1 millisecond'`

export const createLeaseTable = (db: Kysely<Database>, names: readonly string[]): LeaseStore => {
  const list = async (): Promise<readonly LeaseRow[]> => {
    const { rows } = await sql<Row>`
      select name, case when expires_at > now() and not ${hasGone(sql.ref('holder'))} then holder end as holder, token, position::text
      from leases where name = any(${names}) order by name`.execute(db)
    return rows.map(leaseRow)
  }

  return {
    renew: async (holder) => {
      await sql`
        with mine as (
          select name from leases where name = any(${names}) and holder = ${holder} order by name for update
        )
        update leases as l set expires_at = ${runsOut} from mine where l.name = mine.name`.execute(db)
      const listed = await list()
      if (listed.length === names.length) return listed
      await sql`
        insert into leases (name, holder, token, expires_at) select name, '', 0, now() from unnest(${names}::text[]) as name
        on conflict (name) do nothing`.execute(db)
      return list()
    },

    take: async (holder, wanted) => {
      const { rows } = await sql<Row>`
        with taken as (
          select name from leases
          join unnest(${wanted.map(({ name }) => name)}::text[], ${wanted.map(({ token }) => token)}::bigint[])
            as wanted (name, token) using (name, token)
          order by name for update of leases
        )
        update leases as l set holder = ${holder}, token = l.token + 1, expires_at = ${runsOut}
        from taken where l.name = taken.name
        returning l.name, l.holder, l.token, l.position::text`.execute(db)
      return rows.map(leaseRow)
    },

    advance: async (holder, moves) => {
      const columns = [
        moves.map(({ name }) => name),
        moves.map(({ token }) => token),
        moves.map(({ position }) => position.toString()),
      ] as const
      const { rows } = await sql<Pick<Row, 'name'>>`
        with mine as (
          select name, moves.position from leases
          join unnest(${columns[0]}::text[], ${columns[1]}::bigint[], ${columns[2]}::bigint[])
            as moves (name, token, position) using (name, token)
          where holder = ${holder}
          order by name for update of leases
        )
        update leases as l set position = mine.position from mine where l.name = mine.name
        returning l.name`.execute(db)
      return rows.map(({ name }) => name)
    },

    release: async (holder) => {
      await sql`
        with mine as (
          select name from leases where name = any(${names}) and holder = ${holder} order by name for update
        )
        update leases as l set expires_at = now() from mine where l.name = mine.name`.execute(db)
    },
  }
}
