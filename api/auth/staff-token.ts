import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { refuse } from '../problems.ts'
import type { VerifyStaffToken } from './credential.ts'

/** Who signs staff tokens: a holder of a shared secret (HS256), or an identity provider that publishes its keys. */
export type StaffTokenSource =
  | { readonly kind: 'secret'; readonly secret: Uint8Array }
  | { readonly kind: 'jwks'; readonly url: URL }

const sharedSecretAlgorithms = ['HS256']
const publishedKeyAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA']
const jwksTimeoutMilliseconds = 3_000
const clockToleranceSeconds = 5

/** `JWT` and `at+jwt` (RFC 9068) identify a caller. A token of any other type was issued for another purpose. */
const acceptedTypes: ReadonlySet<string | undefined> = new Set([undefined, 'JWT', 'jwt', 'at+jwt'])
const claimsSchema = z.object({ sub: z.string().regex(/^[^\s]{1,200}$/), role: z.enum(['staff', 'admin']) })

/** `now` is the wall clock in milliseconds. A token must have `sub`, `exp` and `role` (`staff` or `admin`). */
export const createVerifyStaffToken = (source: StaffTokenSource, now: () => number): VerifyStaffToken => {
  const key: JWTVerifyGetKey =
    source.kind === 'secret'
      ? async () => source.secret
      : createRemoteJWKSet(source.url, { timeoutDuration: jwksTimeoutMilliseconds })
  const algorithms = source.kind === 'secret' ? sharedSecretAlgorithms : publishedKeyAlgorithms
  return async (token) => {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, key, {
        algorithms,
        currentDate: new Date(now()),
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ['sub', 'exp'],
      })
      if (!acceptedTypes.has(protectedHeader.typ)) return refuse('unauthenticated', 'This token is not a staff token.')
      const claims = claimsSchema.safeParse(payload)
      if (!claims.success) return refuse('unauthenticated', 'A staff token must have a sub and a role: staff or admin.')
      return { id: `${claims.data.role}:${claims.data.sub}`, kind: claims.data.role }
    } catch (error) {
      if (error instanceof errors.JWTExpired) return refuse('unauthenticated', 'The staff token has expired.')
      if (error instanceof errors.JOSEError) return refuse('unauthenticated', 'The staff token is not valid.')
      throw error
    }
  }
}

/** A staff token signed with the shared secret. `npm start` issues such tokens. Instants are in milliseconds. */
export const signStaffToken = (
  secret: Uint8Array,
  claims: {
    readonly subject: string
    readonly role: 'staff' | 'admin'
    readonly issuedAt: number
    readonly expiresAt: number
  },
): Promise<string> =>
  new SignJWT({ role: claims.role })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(claims.subject)
    .setIssuedAt(Math.floor(claims.issuedAt / 1_000))
    .setExpirationTime(Math.floor(claims.expiresAt / 1_000))
    .sign(secret)
