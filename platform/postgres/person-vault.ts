import { createHmac, type KeyObject } from 'node:crypto'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Person, PersonVault } from '#commands/person-vault.ts'
import { type CustomerKey, contentHash, customerKeyOf, newCustomerKey, openBytes, sealBytes } from '../customer-seal.ts'
import type { NewId } from '../ids.ts'
import type { Database } from './database.ts'

// The key table of persons. Each customer has a random id and a random key, which is stored wrapped by the master key's
// own derivation. Deleting the row makes everything that was ever sealed for the customer noise, wherever it has got to.

export type PersonVaultPorts = {
  readonly db: Kysely<Database>
  readonly keys: { readonly emailHmac: KeyObject; readonly keyWrapping: KeyObject }
  readonly newId: NewId
  /** A monotonic clock in milliseconds. */
  readonly monotonic: () => number
}

/** So long an opened key may be used without looking whether it was erased. Sealing always looks. */
export const openedKeyMilliseconds = 60_000
const openedKeysMax = 10_000
/** Erased between our insert and our look: make the customer anew, a few times at most. */
const triesMax = 3

const personSchema = z.object({
  email: z.string(),
  name: z.string().nullable(),
  address: z.object({
    name: z.string(),
    line1: z.string(),
    line2: z.string().nullable(),
    city: z.string(),
    postalCode: z.string(),
  }),
}) satisfies z.ZodType<Person>

type Customer = { readonly customerId: string; readonly key: CustomerKey }
type Row = { readonly customer_id: string; readonly wrapped_key: Buffer }

export const createPersonVault = ({ db, keys, newId, monotonic }: PersonVaultPorts): PersonVault => {
  /** Oldest first. */
  const opened = new Map<string, { readonly key: CustomerKey; readonly readAt: number }>()

  const hmacOf = (email: string): Buffer =>
    createHmac('sha256', keys.emailHmac).update(email.trim().toLowerCase()).digest()

  const keyOf = ({ customer_id, wrapped_key }: Row): CustomerKey =>
    customerKeyOf(openBytes(keys.keyWrapping, customer_id, wrapped_key))

  const find = (emailHmac: Buffer): Promise<Row | undefined> =>
    db
      .selectFrom('customer_keys')
      .select(['customer_id', 'wrapped_key'])
      .where('email_hmac', '=', emailHmac)
      .executeTakeFirst()

  const insert = async (emailHmac: Buffer): Promise<void> => {
    const customerId = newId()
    await db
      .insertInto('customer_keys')
      .values({
        customer_id: customerId,
        email_hmac: emailHmac,
        wrapped_key: sealBytes(keys.keyWrapping, customerId, newCustomerKey()),
      })
      // Whoever was first made the customer; everyone reads that one.
      .onConflict((conflict) => conflict.column('email_hmac').doNothing())
      .execute()
  }

  const findOrMake = async (email: string): Promise<Customer> => {
    const emailHmac = hmacOf(email)
    for (let tries = 0; tries < triesMax; tries += 1) {
      const row = await find(emailHmac)
      if (row) return { customerId: row.customer_id, key: keyOf(row) }
      await insert(emailHmac)
    }
    throw new Error('a customer was erased again and again while it was being made')
  }

  const readKey = async (customerId: string): Promise<CustomerKey | undefined> => {
    const known = opened.get(customerId)
    if (known && monotonic() < known.readAt + openedKeyMilliseconds) return known.key
    opened.delete(customerId)
    const readAt = monotonic()
    const row = await db
      .selectFrom('customer_keys')
      .select(['customer_id', 'wrapped_key'])
      .where('customer_id', '=', customerId)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const key = keyOf(row)
    const oldest = opened.keys().next()
    if (opened.size >= openedKeysMax && !oldest.done) opened.delete(oldest.value)
    opened.set(customerId, { key, readAt })
    return key
  }

  return {
    seal: async (person) => {
      const { customerId, key } = await findOrMake(person.email)
      const plain = Buffer.from(JSON.stringify(person))
      return {
        customerId,
        person: sealBytes(key.sealing, customerId, plain).toString('base64url'),
        hash: (content) => contentHash(key.hashing, content),
      }
    },
    open: async (customerId, sealed) => {
      const key = await readKey(customerId)
      if (key === undefined) return undefined
      const plain = openBytes(key.sealing, customerId, Buffer.from(sealed, 'base64url'))
      return personSchema.parse(JSON.parse(plain.toString('utf8')))
    },
    customerIdOf: async (email) => (await find(hmacOf(email)))?.customer_id,
  }
}
