// Lease groups on real Postgres: every live process gets its share, the leases of a dead process go to the others, and a
// process that has lost a lease cannot store a position under it.
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createReadDatabase, type TestReadDatabase } from '#projections/testing/read-database.ts'
import { createLeaseGroup, type HeldLeases, type LeaseGroup } from './lease-group.ts'
import { createLeaseTable } from './lease-table.ts'
import { leaseMilliseconds, renewMilliseconds } from './leases.ts'
import { createPresence, type Presence } from './presence.ts'

let read: TestReadDatabase
beforeAll(async () => {
  read = await createReadDatabase()
})
afterAll(() => read.db.destroy())

const givenGroup = (group: string) => {
  let now = 0
  const names = ['a', 'b', 'c', 'd'].map((part) => `${group}-${part}`)
  const table = createLeaseTable(read.db, names)
  return {
    process: (holder: string) => createLeaseGroup(table, { holder, monotonic: () => now }),
    present: (presence: Presence) => createLeaseGroup(table, { ...presence, monotonic: () => now }),
    /** After this time every process asks the store again. */
    pass: (milliseconds: number) => {
      now += milliseconds
    },
    /** As the database has it when a process has not been heard of for the time of a lease. */
    runOut: (holder: string) =>
      sql`update leases set expires_at = now() where name = any(${names}) and holder = ${holder}`.execute(read.db),
    rows: async () => {
      const { rows } = await sql<{ readonly name: string; readonly holder: string; readonly position: number | null }>`
        select name, holder, position from leases where name = any(${names}) order by name`.execute(read.db)
      return rows.map(({ holder, position }) => `${holder} ${position}`)
    },
  }
}

const partsOf = (held: HeldLeases): string =>
  [...held.keys()]
    .map((name) => name.slice(-1))
    .sort()
    .join('')

const movesOf = (held: HeldLeases, position: bigint) =>
  [...held].map(([name, { token }]) => ({ name, token, position }))

const advance = async (group: LeaseGroup, held: HeldLeases, position: bigint): Promise<string> =>
  [...(await group.advance(movesOf(held, position)))]
    .map((name) => name.slice(-1))
    .sort()
    .join('')

test('the first process has all leases; a second gets half, and the first notices', async () => {
  const { process, pass } = givenGroup('shared')
  const [one, other] = [process('one'), process('other')]
  expect(partsOf(await one.hold())).toBe('abcd')
  expect(partsOf(await other.hold())).toBe('cd')
  pass(renewMilliseconds)
  expect(partsOf(await one.hold())).toBe('ab')
  pass(renewMilliseconds)
  expect([partsOf(await one.hold()), partsOf(await other.hold())]).toEqual(['ab', 'cd'])
})

test('if many processes start at once, each lease has exactly one holder', async () => {
  const { process, pass, rows } = givenGroup('crowd')
  const groups = ['one', 'two', 'three', 'four'].map(process)
  for (let turn = 0; turn < 4; turn += 1) {
    await Promise.all(groups.map((group) => group.hold()))
    pass(renewMilliseconds)
  }
  const held = await Promise.all(groups.map((group) => group.hold()))
  expect(held.map(({ size }) => size)).toEqual([1, 1, 1, 1])
  expect(held.map(partsOf).sort()).toEqual(['a', 'b', 'c', 'd'])
  expect((await rows()).map((row) => row.split(' ', 1)[0]).sort()).toEqual(['four', 'one', 'three', 'two'])
})

test('if two processes see the same free leases, each lease goes to one of them', async () => {
  const table = createLeaseTable(read.db, ['seen-a', 'seen-b'])
  const seen = await table.renew('one')
  expect((await table.take('one', seen.slice(0, 1))).map(({ token }) => token)).toEqual([1])
  expect((await table.take('other', seen)).map(({ name, token }) => `${name} ${token}`)).toEqual(['seen-b 1'])
})

test('the other process goes on from the stored positions of a dead one', async () => {
  const { process, pass, runOut } = givenGroup('dead')
  const [one, other] = [process('one'), process('other')]
  const first = await one.hold()
  await advance(one, first, 700n)
  const second = await other.hold()
  await advance(other, second, 900n)
  await runOut('one')
  pass(renewMilliseconds)
  const all = await other.hold()
  expect([...all].map(([name, { position }]) => `${name.slice(-1)} ${position}`).sort()).toEqual([
    'a 700',
    'b 700',
    'c 900',
    'd 900',
  ])
})

test('a live process keeps its leases, however much time has passed', async () => {
  const { process, pass } = givenGroup('alive')
  const [one, other] = [process('one'), process('other')]
  await one.hold()
  await other.hold()
  pass(leaseMilliseconds)
  expect([partsOf(await one.hold()), partsOf(await other.hold())]).toEqual(['ab', 'cd'])
})

test('a process that was paused beyond its leases stores nothing after it resumes', async () => {
  const { process, pass, runOut, rows } = givenGroup('paused')
  const [paused, other] = [process('paused'), process('other')]
  const before = await paused.hold()
  await runOut('paused')
  const after = await other.hold()
  expect(partsOf(after)).toBe('abcd')
  await advance(other, after, 900n)
  // What it had decided before the pause arrives now, and what it does next as well.
  expect(await advance(paused, before, 800n)).toBe('')
  expect(await rows()).toEqual(['other 900', 'other 900', 'other 900', 'other 900'])
  // Alive again it gets its share anew, under other tokens and from where the work stands.
  pass(renewMilliseconds)
  const again = await paused.hold()
  expect([...again.values()].map(({ position }) => position)).toEqual([900n, 900n])
  expect(await advance(paused, before, 800n)).toBe('')
  expect(await advance(paused, again, 950n)).toBe('cd')
  expect(await rows()).toEqual(['other 900', 'other 900', 'paused 950', 'paused 950'])
})

test('positions of leases that it still holds are stored although it lost others', async () => {
  const { process, rows } = givenGroup('half')
  const [one, other] = [process('one'), process('other')]
  const before = await one.hold()
  await other.hold()
  expect(await advance(one, before, 500n)).toBe('ab')
  expect(await rows()).toEqual(['one 500', 'one 500', 'other null', 'other null'])
  expect(partsOf(await one.hold())).toBe('ab')
})

test('released leases are free at once', async () => {
  const { process } = givenGroup('let go')
  const [one, other] = [process('one'), process('other')]
  await one.hold()
  await one.release()
  expect(partsOf(await other.hold())).toBe('abcd')
})

test('requests at the same time are one query', async () => {
  let asked = 0
  const names = ['once']
  const table = createLeaseTable(read.db, names)
  const renew: typeof table.renew = (holder) => {
    asked += 1
    return table.renew(holder)
  }
  const group = createLeaseGroup({ ...table, renew }, { holder: 'one', monotonic: () => 0 })
  await Promise.all([group.hold(), group.hold(), group.hold()])
  await group.hold()
  expect(asked).toBe(1)
})

test('without its database a process works until its leases would expire, and no longer', async () => {
  const gone = await createReadDatabase()
  let now = 0
  const group = createLeaseGroup(createLeaseTable(gone.db, ['cut off']), { holder: 'one', monotonic: () => now })
  expect((await group.hold()).size).toBe(1)
  await gone.db.destroy()
  now = leaseMilliseconds / 2
  expect((await group.hold()).size).toBe(1)
  now = leaseMilliseconds
  await expect(group.hold()).rejects.toThrow()
})

test('leases of a process are redistributed as soon as its connection has ended', async () => {
  const { process, present, pass } = givenGroup('ended')
  const presence = createPresence(read.pool, 'ended')
  const [one, other] = [present(presence), process('other')]
  expect(partsOf(await one.hold())).toBe('abcd')
  expect(partsOf(await other.hold())).toBe('cd')
  await presence.close()
  await vi.waitFor(async () => {
    pass(renewMilliseconds)
    expect(partsOf(await other.hold())).toBe('abcd')
  })
})
