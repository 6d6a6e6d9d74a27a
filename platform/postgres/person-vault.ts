import { createHmac, type KeyObject } from 'node:crypto'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Person, PersonVault } from '#commands/person-vault.ts'
import { type CustomerKey, contentHash, customerKeyOf, newCustomerKey, openBytes, sealBytes } from '../customer-seal.ts'
import { gather } from '../gather.ts'
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

/** How long an opened key can be used without checking whether it was erased. Sealing always checks. */
export const openedKeyMilliseconds = 60_000
const openedKeysMax = 10_000
/** Orders that are placed at the same time look their customers up together. */
const lookUps = { tripsMax: 2, questionsMax: 200 }
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
type Row = { readonly customer_id: string; readonly email_hmac: Buffer; readonly wrapped_key: Buffer }
const columns = ['customer_id', 'email_hmac', 'wrapped_key'] as const

/** Bounded by leaving out whatever was kept longest. */
const keep = <Value>(kept: Map<string, Value>, id: string, value: Value): void => {
  const oldest = kept.keys().next()
  if (kept.size >= openedKeysMax && !oldest.done) kept.delete(oldest.value)
  kept.set(id, value)
}

export const createPersonVault = ({ db, keys, newId, monotonic }: PersonVaultPorts): PersonVault => {
  /** Oldest first. */
  const opened = new Map<string, { readonly key: CustomerKey; readonly readAt: number }>()
  /** Oldest first. Saves unwrapping, never looking. */
  const unwrapped = new Map<string, { readonly key: CustomerKey; readonly wrapped: Buffer }>()

  const hmacOf = (email: string): Buffer =>
    createHmac('sha256', keys.emailHmac).update(email.trim().toLowerCase()).digest()

  /** The key of a row that was read just now; unwrapped once for the same bytes. */
  const keyOf = ({ customer_id, wrapped_key }: Row): CustomerKey => {
    const known = unwrapped.get(customer_id)
    if (known?.wrapped.equals(wrapped_key)) return known.key
    const key = customerKeyOf(openBytes(keys.keyWrapping, customer_id, wrapped_key))
    keep(unwrapped, customer_id, { wrapped: wrapped_key, key })
    return key
  }

  const answering = (rows: readonly Row[]): ((emailHmac: Buffer) => Row | undefined) => {
    const byHmac = new Map(rows.map((row) => [row.email_hmac.toString('hex'), row]))
    return (emailHmac) => byHmac.get(emailHmac.toString('hex'))
  }

  const find = gather<Buffer, Row | undefined>(
    async (hmacs) =>
      answering(await db.selectFrom('customer_keys').select(columns).where('email_hmac', 'in', hmacs).execute()),
    lookUps,
  )

  const newRow = (emailHmac: Buffer): Row => {
    const customerId = newId()
    const wrapped = sealBytes(keys.keyWrapping, customerId, newCustomerKey())
    return { customer_id: customerId, email_hmac: emailHmac, wrapped_key: wrapped }
  }

  /** The row, if this statement created it. If another one was first, its row is read. */
  const insert = gather<Buffer, Row | undefined>(async (hmacs) => {
    // In one order everywhere, lest two processes wait for each other.
    const rows = hmacs.toSorted(Buffer.compare).map(newRow)
    const made = await db
      .insertInto('customer_keys')
      .values(rows)
      .onConflict((conflict) => conflict.column('email_hmac').doNothing())
      .returning(columns)
      .execute()
    return answering(made)
  }, lookUps)

  const findOrMake = async (email: string): Promise<Customer> => {
    const emailHmac = hmacOf(email)
    for (let tries = 0; tries < triesMax; tries += 1) {
      const row = (await find(emailHmac)) ?? (await insert(emailHmac))
      if (row) return { customerId: row.customer_id, key: keyOf(row) }
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
      .select(columns)
      .where('customer_id', '=', customerId)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const key = keyOf(row)
    keep(opened, customerId, { key, readAt })
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
