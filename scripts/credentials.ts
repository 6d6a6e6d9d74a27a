// `npm run credentials`: the credentials of a platform on real servers, in its data folder, where the API reads
// the storefront key. Run again it keeps that key and signs new staff tokens.

import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { credentialsPath, readCredentials, writeCredentials } from '#api/auth/credentials-file.ts'
import { signStaffToken } from '#api/auth/staff-token.ts'
import { errorText } from '#domain/error-text.ts'
import { readConfig } from '#platform/config.ts'

const tokenDays = 90
const dayMilliseconds = 86_400_000
const storefrontKeyBytes = 32

const run = async (): Promise<void> => {
  const { auth, dataDir } = readConfig(process.env)
  if (auth === undefined || !('jwtSecret' in auth))
    throw new Error(
      'Set AUTH_JWT_SECRET: staff tokens are signed with it. Those of AUTH_JWKS_URL come from its issuer.',
    )
  const secret = new TextEncoder().encode(auth.jwtSecret)
  const issuedAt = Date.now()
  const life = { issuedAt, expiresAt: issuedAt + tokenDays * dayMilliseconds }
  mkdirSync(dataDir, { recursive: true })
  const before = await readCredentials(dataDir)
  await writeCredentials(dataDir, {
    storefrontKey: before?.storefrontKey ?? `sf_${randomBytes(storefrontKeyBytes).toString('base64url')}`,
    staffToken: await signStaffToken(secret, { subject: 'setup-staff', role: 'staff', ...life }),
    adminToken: await signStaffToken(secret, { subject: 'setup-admin', role: 'admin', ...life }),
  })
  console.log(`${credentialsPath(dataDir)} holds a storefront key, and staff tokens for ${tokenDays} days.`)
}

run().catch((error: unknown) => {
  console.error(errorText(error))
  process.exit(1)
})
