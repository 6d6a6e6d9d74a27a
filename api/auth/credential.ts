import { hash, timingSafeEqual } from 'node:crypto'
import { type Refusal, refuse } from '../problems.ts'

/** Who calls. `id` names the credential without personal data. It is the `actor` in the metadata of the events. */
export type Credential = {
  readonly id: string
  readonly kind: 'anonymous' | 'storefront' | 'staff' | 'admin'
}

export const anonymous: Credential = { id: 'anonymous', kind: 'anonymous' }

/** The key of a storefront: its name, and the SHA-256 of the key. */
export type StorefrontKey = { readonly name: string; readonly digest: Buffer }

export const storefrontKey = (name: string, key: string): StorefrontKey => ({ name, digest: digestOf(key) })

const digestOf = (key: string): Buffer => hash('sha256', key, 'buffer')

/** The credential of a staff token, or why the token is refused. */
export type VerifyStaffToken = (token: string) => Promise<Credential | Refusal<'unauthenticated'>>

export type Authenticate = (authorization: string | undefined) => Promise<Credential | Refusal<'unauthenticated'>>

const howTo = 'Send Authorization: Bearer with a storefront key or a staff token.'
const authorizationCharactersMax = 8_192

/** Compares the digests of all keys, each in constant time, so that the time reveals nothing about a key. */
export const createAuthenticate = ({
  storefrontKeys,
  verifyStaffToken,
}: {
  readonly storefrontKeys: readonly StorefrontKey[]
  readonly verifyStaffToken: VerifyStaffToken
}): Authenticate => {
  const credentialOfKey = (key: string): Credential | Refusal<'unauthenticated'> => {
    const digest = digestOf(key)
    const matches = storefrontKeys.filter((known) => timingSafeEqual(known.digest, digest))
    const match = matches[0]
    if (match === undefined) return refuse('unauthenticated', `The key is not known. ${howTo}`)
    return { id: `storefront:${match.name}`, kind: 'storefront' }
  }
  return async (authorization) => {
    if (authorization === undefined) return refuse('unauthenticated', `No credential was sent. ${howTo}`)
    const token = /^Bearer +([^\s]+) *$/i.exec(authorization.slice(0, authorizationCharactersMax))?.[1]
    if (token === undefined) return refuse('unauthenticated', `The Authorization header is not of this form. ${howTo}`)
    // A JWT has two dots, a storefront key has none.
    return token.includes('.') ? verifyStaffToken(token) : credentialOfKey(token)
  }
}
