import { createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { deriveKeys, newMasterKey, parseMasterKey } from './keys.ts'

const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => 200 + index))

describe('a master key', () => {
  test.each([
    ['hexadecimal', bytes.toString('hex')],
    ['capital hexadecimal', bytes.toString('hex').toUpperCase()],
    ['base64', bytes.toString('base64')],
    ['base64url', bytes.toString('base64url')],
  ])('is read as %s', (_, text) => {
    expect(parseMasterKey(text)?.export()).toEqual(bytes)
  })

  test.each([
    ['nothing', ''],
    ['31 bytes', bytes.subarray(1).toString('base64')],
    ['33 bytes', Buffer.concat([bytes, bytes]).subarray(0, 33).toString('base64')],
    ['31 bytes of hexadecimal', bytes.subarray(1).toString('hex')],
    ['other characters', '!'.repeat(43)],
  ])('is not read from %s', (_, text) => {
    expect(parseMasterKey(text)).toBeUndefined()
  })

  test('that is new is random and can be read', () => {
    expect(parseMasterKey(newMasterKey())?.symmetricKeySize).toBe(32)
    expect(newMasterKey()).not.toBe(newMasterKey())
  })
})

describe('derived keys', () => {
  const hex = (masterKey: Buffer) =>
    Object.entries(deriveKeys(createSecretKey(masterKey))).map(([name, key]) => [name, key.export().toString('hex')])

  test('never change, because tokens and sealed data outlive the process that made them', () => {
    expect(hex(bytes)).toEqual([
      ['reservationToken', '634c20798146024d8ec461e39318f3a25590c25efa0336fe402f5615f5e37e51'],
      ['orderToken', 'b690ba72d56f2e4e66087f319bce7fe74bc30e584178a2c695a532929cf04976'],
      ['emailHmac', 'bbdf5ae46f9d26fee9fa30553152cad3f9dec2841878eeccc31122a354427d13'],
      ['keyWrapping', 'd604373ece7acb800d536c7352bbb1a1b2d5dd0db08ad8e2075156c88b794cf1'],
      ['requestFingerprint', '07e20a692861119655eb868186a536dd88f065ebe7550d4c4e117574aaf41bc6'],
    ])
  })

  test('differ from each other and from those of another master key', () => {
    const all = [...hex(bytes), ...hex(Buffer.alloc(32))].map(([, key]) => key)
    expect(new Set(all).size).toBe(10)
  })
})
