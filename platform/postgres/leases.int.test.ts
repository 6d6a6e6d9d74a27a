// Leases on real Postgres: one holder at a time, and a former holder cannot store anything.
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createReadDatabase, type TestReadDatabase } from '#projections/testing/read-database.ts'
import { createLease, leaseMilliseconds } from './leases.ts'
import { createPresence, type Presence } from './presence.ts'

let read: TestReadDatabase
beforeAll(async () => {
  read = await createReadDatabase()
})
afterAll(() => read.db.destroy())

const givenHolders = (name: string) => {
  let now = 0
  const lease = (holder: string) => createLease(read.db, { name, holder, monotonic: () => now })
  return {
    one: lease('one'),
    other: lease('other'),
    advance: (milliseconds: number) => {
      now += milliseconds
    },
    runOut: () => sql`update leases set expires_at = now() where name = ${name}`.execute(read.db),
  }
}

test('one of two processes gets the lease, and keeps it as long as it renews', async () => {
  const { one, other, advance } = givenHolders('kept')
  expect(await one.hold()).toMatchObject({ token: 1, position: undefined })
  expect(await other.hold()).toBeUndefined()
  advance(leaseMilliseconds)
  expect(await one.hold()).toMatchObject({ token: 1 })
  expect(await other.hold()).toBeUndefined()
})

test('if many ask at once for a new lease, one gets it', async () => {
  const holders = Array.from({ length: 10 }, (_, index) =>
    createLease(read.db, { name: 'crowd', holder: `holder-${index}`, monotonic: () => 0 }),
  )
  const held = await Promise.all(holders.map((lease) => lease.hold()))
  expect(held.filter((one) => one !== undefined)).toHaveLength(1)
})

test('the next holder goes on from the stored position, with another token', async () => {
  const { one, other, runOut } = givenHolders('handed over')
  const held = await one.hold()
  expect(held && (await one.advance(held, 700n))).toBe(true)
  await runOut()
  expect(await other.hold()).toMatchObject({ token: 2, position: 700n })
})

test('a holder that lost its lease can store nothing, and is told so', async () => {
  const { one, other, runOut } = givenHolders('fenced')
  const before = await one.hold()
  await runOut()
  const after = await other.hold()
  expect(after && (await other.advance(after, 900n))).toBe(true)
  expect(before && (await one.advance(before, 800n))).toBe(false)
  expect(await one.hold()).toBeUndefined()
  await runOut()
  expect(await one.hold()).toMatchObject({ token: 3, position: 900n })
  // Work that it began before it was cut off is as late as ever.
  expect(before && (await one.advance(before, 800n))).toBe(false)
})

test('a released lease is free at once; releasing a lease of another holder changes nothing', async () => {
  const { one, other } = givenHolders('let go')
  await one.hold()
  await other.release()
  expect(await other.hold()).toBeUndefined()
  await one.release()
  expect(await other.hold()).toMatchObject({ token: 2 })
})

test('without its database a holder works until its lease would expire, and no longer', async () => {
  const gone = await createReadDatabase()
  let now = 0
  const lease = createLease(gone.db, { name: 'cut off', holder: 'one', monotonic: () => now })
  expect(await lease.hold()).toMatchObject({ token: 1 })
  await gone.db.destroy()
  now = leaseMilliseconds / 2
  expect(await lease.hold()).toMatchObject({ token: 1 })
  now = leaseMilliseconds
  await expect(lease.hold()).rejects.toThrow()
})

/** One that shows its presence, and one that shows none. */
const givenPresence = (name: string) => {
  const presence = createPresence(read.pool, name)
  let now = 0
  const lease = (more: { readonly holder: string } & Partial<Presence>) =>
    createLease(read.db, { name, monotonic: () => now, ...more })
  const sessions = async (): Promise<readonly unknown[]> => {
    const { rows } = await sql`
      select pid from pg_locks where locktype = 'advisory' and objid = hashtext(${presence.holder})::oid`.execute(
      read.db,
    )
    return rows
  }
  return {
    presence,
    sessions,
    one: lease(presence),
    other: lease({ holder: 'other' }),
    advance: (milliseconds: number) => {
      now += milliseconds
    },
    cut: async () => {
      await sql`
        select pg_terminate_backend(pid) from pg_locks
        where locktype = 'advisory' and objid = hashtext(${presence.holder})::oid`.execute(read.db)
      await vi.waitFor(async () => expect(await sessions()).toEqual([]))
    },
  }
}

test('the lease of a holder whose connection has ended is free at once', async () => {
  const { presence, one, other } = givenPresence('ended')
  expect(await one.hold()).toMatchObject({ token: 1 })
  expect(await other.hold()).toBeUndefined()
  await presence.close()
  await vi.waitFor(async () => expect(await other.hold()).toMatchObject({ token: 2 }))
})

test('a holder whose connection broke keeps its lease if it renews in time', async () => {
  const { presence, sessions, one, other, advance, cut } = givenPresence('cut')
  expect(await one.hold()).toMatchObject({ token: 1 })
  await cut()
  await vi.waitFor(async () => {
    advance(leaseMilliseconds / 2)
    expect(await one.hold()).toMatchObject({ token: 1 })
    expect(await sessions()).toHaveLength(1)
  })
  expect(await other.hold()).toBeUndefined()
  await presence.close()
})

test('a failed heartbeat is repeated at the next call', async () => {
  let isAway = true
  const connect = () => (isAway ? Promise.reject(new Error('away')) : read.pool.connect())
  const presence = createPresence({ connect }, 'late')
  await expect(presence.show()).rejects.toThrow('away')
  isAway = false
  await presence.show()
  await presence.close()
})
