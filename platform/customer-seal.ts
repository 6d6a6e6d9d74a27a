import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

// Sealing under keys: AES-256-GCM with a random IV, bound to the customer that it is for, so that sealed data cannot be
// passed off as another customer's. The labels and layouts are part of every sealed byte that exists: they never change.

const algorithm = 'aes-256-gcm'
const keyBytes = 32
const ivBytes = 12
const tagBytes = 16

/** `iv | ciphertext | tag`. */
export const sealBytes = (key: KeyObject, customerId: string, plain: Uint8Array): Buffer => {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv(algorithm, key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(customerId))
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Throws where the bytes were changed, or are of another key or customer. */
export const openBytes = (key: KeyObject, customerId: string, sealed: Buffer): Buffer => {
  const iv = sealed.subarray(0, ivBytes)
  const decipher = createDecipheriv(algorithm, key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(customerId))
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes, sealed.length - tagBytes)), decipher.final()])
}

export const newCustomerKey = (): Buffer => randomBytes(keyBytes)

/** What one customer's key does, each with a key of its own derived from it. */
export type CustomerKey = { readonly sealing: KeyObject; readonly hashing: KeyObject }

export const customerKeyOf = (bytes: Buffer): CustomerKey => {
  const derive = (purpose: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', bytes, '', `holdfast/customer-${purpose}/v1`, keyBytes)))
  return { sealing: derive('sealing'), hashing: derive('hashing') }
}

/** HMAC-SHA256 over the content as JSON with its keys in order, base64url: equal content, equal hash. */
export const contentHash = (key: KeyObject, content: unknown): string =>
  createHmac('sha256', key)
    .update(JSON.stringify(inOrder(content)))
    .digest('base64url')

const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, entry]) => [key, inOrder(entry)]))
}
