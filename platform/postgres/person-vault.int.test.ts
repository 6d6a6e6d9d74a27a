// The key table of persons on real Postgres: one customer an email, nothing readable without its key.
import { createSecretKey } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Person } from '#commands/person-vault.ts'
import { createReadDatabase, type TestReadDatabase } from '#projections/testing/read-database.ts'
import { newId } from '../ids.ts'
import { deriveKeys } from '../keys.ts'
import { createPersonVault, openedKeyMilliseconds } from './person-vault.ts'

const keys = deriveKeys(createSecretKey(Buffer.alloc(32, 7)))
const address = { name: 'Ada Lovelace', line1: '12 St James Square', line2: null, city: 'London', postalCode: 'SW1' }
const personOf = (email: string): Person => ({ email, name: 'Ada', address })

let read: TestReadDatabase
beforeAll(async () => {
  read = await createReadDatabase()
})
afterAll(() => read.db.destroy())

const givenVault = (given = keys) => {
  let now = 0
  const vault = createPersonVault({ db: read.db, keys: given, newId, monotonic: () => now })
  const advance = (milliseconds: number): void => {
    now += milliseconds
  }
  return { vault, advance }
}
const erase = (customerId: string) =>
  read.db.deleteFrom('customer_keys').where('customer_id', '=', customerId).execute()
const rowsOf = (customerId: string) =>
  read.db.selectFrom('customer_keys').selectAll().where('customer_id', '=', customerId).execute()

test('sealed data can be opened again, also in another process', async () => {
  const sealed = await givenVault().vault.seal(personOf('ada@example.com'))
  expect(await givenVault().vault.open(sealed.customerId, sealed.person)).toEqual(personOf('ada@example.com'))
})

test('an email means the same customer in any spelling', async () => {
  const { vault } = givenVault()
  const { customerId } = await vault.seal(personOf('grace@example.com'))
  expect((await vault.seal(personOf(' Grace@Example.COM '))).customerId).toBe(customerId)
  expect(await vault.customerIdOf('GRACE@example.com')).toBe(customerId)
  expect(await vault.customerIdOf('nobody@example.com')).toBeUndefined()
})

test('many first orders at once create one customer', async () => {
  const sealed = await Promise.all(
    Array.from({ length: 20 }, () => givenVault().vault.seal(personOf('new@example.com'))),
  )
  const ids = new Set(sealed.map(({ customerId }) => customerId))
  expect(ids.size).toBe(1)
  const [first] = sealed
  const { vault } = givenVault()
  for (const { customerId, person } of sealed)
    expect(await vault.open(customerId, person)).toEqual(personOf('new@example.com'))
  expect(sealed.every((one) => one.hash('same') === first?.hash('same'))).toBe(true)
})

test('data sealed at the same time belong to their own customers, new and known', async () => {
  const { vault } = givenVault()
  await vault.seal(personOf('known@example.com'))
  const emails = ['known@example.com', 'one@example.com', 'two@example.com', 'one@example.com', 'known@example.com']
  const sealed = await Promise.all(emails.map((email) => vault.seal(personOf(email))))
  const opened = await Promise.all(sealed.map(({ customerId, person }) => givenVault().vault.open(customerId, person)))
  expect(opened.map((person) => person?.email)).toEqual(emails)
  expect(new Set(sealed.map(({ customerId }) => customerId)).size).toBe(3)
})

test('the table has neither the email nor a key in plain text', async () => {
  const { customerId } = await givenVault().vault.seal(personOf('clear@example.com'))
  const [row] = await rowsOf(customerId)
  expect(row?.email_hmac.toString('utf8')).not.toContain('clear')
  expect(row?.email_hmac).toHaveLength(32)
  const others = deriveKeys(createSecretKey(Buffer.alloc(32, 8)))
  const stranger = givenVault({ ...others, emailHmac: keys.emailHmac }).vault
  await expect(stranger.seal(personOf('clear@example.com'))).rejects.toThrow()
})

describe('an erased customer', () => {
  test('cannot be opened by a process that never opened them, nor by one whose cached key has expired', async () => {
    const { vault, advance } = givenVault()
    const { customerId, person } = await vault.seal(personOf('erased@example.com'))
    expect(await vault.open(customerId, person)).toBeDefined()
    await erase(customerId)
    expect(await givenVault().vault.open(customerId, person)).toBeUndefined()
    advance(openedKeyMilliseconds)
    expect(await vault.open(customerId, person)).toBeUndefined()
  })

  test('who buys again is a new customer at once', async () => {
    const { vault } = givenVault()
    const before = await vault.seal(personOf('again@example.com'))
    await vault.open(before.customerId, before.person)
    await erase(before.customerId)
    const after = await vault.seal(personOf('again@example.com'))
    expect(after.customerId).not.toBe(before.customerId)
    expect(after.hash('same')).not.toBe(before.hash('same'))
  })
})

test('sealed data of one customer are refused as those of another', async () => {
  const { vault } = givenVault()
  const one = await vault.seal(personOf('one@example.com'))
  const other = await vault.seal(personOf('other@example.com'))
  await expect(vault.open(other.customerId, one.person)).rejects.toThrow()
})
