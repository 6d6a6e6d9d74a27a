import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'

// Compact JWS (RFC 7515) with HS256, for the two tokens that Holdfast issues to itself. Every reservation signs one, on
// the hottest path there is: one synchronous HMAC costs 2.3 µs there, the same through WebCrypto's thread pool 15 µs of
// processor time and 57 µs of waiting. Only the one header that we write ourselves is ever accepted, so there is no
// algorithm to be confused about. A test reads these tokens with jose, and jose's with this.

const base64url = (text: string): string => Buffer.from(text).toString('base64url')

export type Jws = {
  readonly sign: (payload: unknown) => string
  /** The payload of a token that this key signed for this type; undefined for anything else. */
  readonly open: (token: string) => unknown
}

/** `typ` names the purpose of the token, and is checked: a token of one type is never taken for another. */
export const createJws = (typ: string, key: KeyObject): Jws => {
  const prefix = `${base64url(JSON.stringify({ alg: 'HS256', typ }))}.`
  const signatureOf = (signed: string): string => createHmac('sha256', key).update(signed).digest('base64url')
  return {
    sign: (payload) => {
      const signed = `${prefix}${base64url(JSON.stringify(payload))}`
      return `${signed}.${signatureOf(signed)}`
    },
    open: (token) => {
      const end = token.lastIndexOf('.')
      if (!token.startsWith(prefix) || end <= prefix.length) return undefined
      const given = Buffer.from(token.slice(end + 1))
      const expected = Buffer.from(signatureOf(token.slice(0, end)))
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
      return JSON.parse(Buffer.from(token.slice(prefix.length, end), 'base64url').toString('utf8'))
    },
  }
}
