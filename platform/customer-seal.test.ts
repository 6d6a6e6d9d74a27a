import { createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { contentHash, customerKeyOf, openBytes, sealBytes } from './customer-seal.ts'

const key = createSecretKey(Buffer.alloc(32, 1))
const plain = Buffer.from('Ada Lovelace')

describe('sealed bytes', () => {
  test('open under their key for their customer, and differ each time', () => {
    const sealed = sealBytes(key, 'customer-1', plain)
    expect(openBytes(key, 'customer-1', sealed)).toEqual(plain)
    expect(sealBytes(key, 'customer-1', plain)).not.toEqual(sealed)
  })

  test('cannot be opened for another customer, with another key, or after a change', () => {
    const sealed = sealBytes(key, 'customer-1', plain)
    const changed = Buffer.from(sealed)
    changed.writeUInt8(changed.readUInt8(14) ^ 1, 14)
    expect(() => openBytes(key, 'customer-2', sealed)).toThrow()
    expect(() => openBytes(createSecretKey(Buffer.alloc(32, 2)), 'customer-1', sealed)).toThrow()
    expect(() => openBytes(key, 'customer-1', changed)).toThrow()
    expect(() => openBytes(key, 'customer-1', Buffer.alloc(3))).toThrow()
  })
})

describe('a content hash', () => {
  const { hashing, sealing } = customerKeyOf(Buffer.alloc(32, 3))

  test('does not depend on the order of keys at any depth, but on the order of lists', () => {
    const hash = contentHash(hashing, { a: 1, b: [{ c: 2, d: null }, 3] })
    expect(contentHash(hashing, { b: [{ d: null, c: 2 }, 3], a: 1 })).toBe(hash)
    expect(contentHash(hashing, { a: 1, b: [3, { c: 2, d: null }] })).not.toBe(hash)
  })

  test('treats undefined as absent, and distinguishes strings from numbers', () => {
    expect(contentHash(hashing, { a: 1, b: undefined })).toBe(contentHash(hashing, { a: 1 }))
    expect(contentHash(hashing, { a: '1' })).not.toBe(contentHash(hashing, { a: 1 }))
  })

  test('differs for another key', () => {
    const other = customerKeyOf(Buffer.alloc(32, 4))
    expect(contentHash(other.hashing, 'same')).not.toBe(contentHash(hashing, 'same'))
    expect(contentHash(sealing, 'same')).not.toBe(contentHash(hashing, 'same'))
  })
})
