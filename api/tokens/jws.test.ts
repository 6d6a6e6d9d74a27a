import { createHmac, createSecretKey } from 'node:crypto'
import { CompactSign, compactVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { createJws } from './jws.ts'

const key = createSecretKey(Buffer.alloc(32, 7))
const jws = createJws('order+jwt', key)
const encoded = (text: string): string => Buffer.from(text).toString('base64url')

/** A token with this header and payload, signed with the right key. */
const signed = (header: string, payload: string): string => {
  const text = `${encoded(header)}.${encoded(payload)}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}
const ours = '{"alg":"HS256","typ":"order+jwt"}'

describe('a token', () => {
  test('opens to the payload that was signed, and is the same each time', () => {
    expect(jws.open(jws.sign({ orderId: 'é' }))).toEqual({ orderId: 'é' })
    expect(jws.sign({ a: 1 })).toBe(jws.sign({ a: 1 }))
  })

  test('is the same as the token of jose, and jose can read it', async () => {
    const theirs = await new CompactSign(Buffer.from('{"a":1}'))
      .setProtectedHeader({ alg: 'HS256', typ: 'order+jwt' })
      .sign(key)
    expect(jws.sign({ a: 1 })).toBe(theirs)
    const { payload, protectedHeader } = await compactVerify(jws.sign({ a: 1 }), key)
    expect([Buffer.from(payload).toString(), protectedHeader]).toEqual(['{"a":1}', JSON.parse(ours)])
  })
})

describe('does not open:', () => {
  const token = jws.sign({ a: 1 })
  const [header = '', payload = '', signature = ''] = token.split('.')
  test.each([
    ['another key', createJws('order+jwt', createSecretKey(Buffer.alloc(32, 8))).sign({ a: 1 })],
    ['another type', createJws('reservation+jwt', key).sign({ a: 1 })],
    ['no algorithm', `${encoded('{"alg":"none","typ":"order+jwt"}')}.${payload}.`],
    ['another header signed with our key', signed('{"typ":"order+jwt","alg":"HS256"}', '{"a":1}')],
    ['another payload', `${header}.${encoded('{"a":2}')}.${signature}`],
    ['a signature cut short', token.slice(0, -1)],
    ['a signature with a character more', `${token}A`],
    ['a signature in another notation', `${token}=`],
    ['no signature', `${header}.${payload}.`],
    ['no payload', `${header}.`],
    ['only a header', header],
    ['nothing', ''],
  ])('%s', (_what, text) => {
    expect(jws.open(text)).toBeUndefined()
  })

  test('a signed payload that is not JSON is a bug and throws', () => {
    expect(() => jws.open(signed(ours, 'hello'))).toThrow(SyntaxError)
  })
})
