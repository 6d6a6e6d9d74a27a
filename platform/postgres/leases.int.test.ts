// Leases on real Postgres: one holder at a time, and nothing stored by who is no longer it.
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createReadDatabase, type ReadDatabase } from '#projections/testing/read-database.ts'
import { createLease, leaseMilliseconds } from './leases.ts'

let read: ReadDatabase
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

test('one of two has it, and keeps it as long as it renews', async () => {
  const { one, other, advance } = givenHolders('kept')
  expect(await one.hold()).toMatchObject({ token: 1, position: undefined })
  expect(await other.hold()).toBeUndefined()
  advance(leaseMilliseconds)
  expect(await one.hold()).toMatchObject({ token: 1 })
  expect(await other.hold()).toBeUndefined()
})

test('of many that ask at once for a new lease one gets it', async () => {
  const holders = Array.from({ length: 10 }, (_, index) =>
    createLease(read.db, { name: 'crowd', holder: `holder-${index}`, monotonic: () => 0 }),
  )
  const held = await Promise.all(holders.map((lease) => lease.hold()))
  expect(held.filter((one) => one !== undefined)).toHaveLength(1)
})

test('who comes after goes on from the position stored, under another token', async () => {
  const { one, other, runOut } = givenHolders('handed over')
  const held = await one.hold()
  expect(held && (await one.advance(held, 700n))).toBe(true)
  await runOut()
  expect(await other.hold()).toMatchObject({ token: 2, position: 700n })
})

test('who was cut off stores nothing any more, and learns it', async () => {
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

test('a lease that was let go is free at once; one that was not held stays with its holder', async () => {
  const { one, other } = givenHolders('let go')
  await one.hold()
  await other.release()
  expect(await other.hold()).toBeUndefined()
  await one.release()
  expect(await other.hold()).toMatchObject({ token: 2 })
})

test('without its database a holder goes on until its lease would run out, and no longer', async () => {
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
