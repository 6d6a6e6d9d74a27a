import { createHmac, createSecretKey } from 'node:crypto'
import { CompactSign, compactVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { createJws } from './jws.ts'

const key = createSecretKey(Buffer.alloc(32, 7))
const jws = createJws('order+jwt', key)
const encoded = (text: string): string => Buffer.from(text).toString('base64url')

/** A token under the right key, whatever its header and payload. */
const signed = (header: string, payload: string): string => {
  const text = `${encoded(header)}.${encoded(payload)}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}
const ours = '{"alg":"HS256","typ":"order+jwt"}'

describe('a token', () => {
  test('is opened to the payload it was signed with, and is the same each time', () => {
    expect(jws.open(jws.sign({ orderId: 'é' }))).toEqual({ orderId: 'é' })
    expect(jws.sign({ a: 1 })).toBe(jws.sign({ a: 1 }))
  })

  test('is what jose makes, and jose reads it', async () => {
    const theirs = await new CompactSign(Buffer.from('{"a":1}'))
      .setProtectedHeader({ alg: 'HS256', typ: 'order+jwt' })
      .sign(key)
    expect(jws.sign({ a: 1 })).toBe(theirs)
    const { payload, protectedHeader } = await compactVerify(jws.sign({ a: 1 }), key)
    expect([Buffer.from(payload).toString(), protectedHeader]).toEqual(['{"a":1}', JSON.parse(ours)])
  })
})

describe('nothing else is opened', () => {
  const token = jws.sign({ a: 1 })
  const [header = '', payload = '', signature = ''] = token.split('.')
  test.each([
    ['another key', createJws('order+jwt', createSecretKey(Buffer.alloc(32, 8))).sign({ a: 1 })],
    ['another type', createJws('reservation+jwt', key).sign({ a: 1 })],
    ['no algorithm', `${encoded('{"alg":"none","typ":"order+jwt"}')}.${payload}.`],
    ['another header under our key', signed('{"typ":"order+jwt","alg":"HS256"}', '{"a":1}')],
    ['another payload', `${header}.${encoded('{"a":2}')}.${signature}`],
    ['a signature cut short', token.slice(0, -1)],
    ['a signature with more to it', `${token}A`],
    ['a signature written another way', `${token}=`],
    ['no signature', `${header}.${payload}.`],
    ['no payload', `${header}.`],
    ['a header alone', header],
    ['nothing', ''],
  ])('%s', (_what, text) => {
    expect(jws.open(text)).toBeUndefined()
  })

  test('a payload that is no JSON is a bug of ours, told as one', () => {
    expect(() => jws.open(signed(ours, 'hello'))).toThrow(SyntaxError)
  })
})
