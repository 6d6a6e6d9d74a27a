import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { credentialsPath, readCredentials } from '#api/auth/credentials-file.ts'
import { createVerifyStaffToken } from '#api/auth/staff-token.ts'

const jwtSecret = 's'.repeat(32)
let dataDir = ''
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'holdfast-credentials-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const run = (environment: Readonly<Record<string, string>>) => {
  const script = path.join(import.meta.dirname, 'credentials.ts')
  const { status, stderr } = spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    env: { HOLDFAST_DATA_DIR: dataDir, ...environment },
    encoding: 'utf8',
  })
  return { status, stderr }
}

test('it leaves a storefront key and tokens of staff and admin, for their user alone', async () => {
  expect(run({ AUTH_JWT_SECRET: jwtSecret })).toEqual({ status: 0, stderr: '' })
  const credentials = await readCredentials(dataDir)
  const verify = createVerifyStaffToken({ kind: 'secret', secret: new TextEncoder().encode(jwtSecret) }, Date.now)
  expect(credentials?.storefrontKey).toMatch(/^sf_[\w-]{43}$/)
  expect(await verify(credentials?.staffToken ?? '')).toEqual({ id: 'staff:setup-staff', kind: 'staff' })
  expect(await verify(credentials?.adminToken ?? '')).toEqual({ id: 'admin:setup-admin', kind: 'admin' })
  expect(statSync(credentialsPath(dataDir)).mode & 0o777).toBe(0o600)
})

test('run again it keeps the storefront key', async () => {
  run({ AUTH_JWT_SECRET: jwtSecret })
  const before = await readCredentials(dataDir)
  run({ AUTH_JWT_SECRET: 't'.repeat(32) })
  const after = await readCredentials(dataDir)
  expect(after?.storefrontKey).toBe(before?.storefrontKey)
  expect(after?.staffToken).not.toBe(before?.staffToken)
})

test('without the secret it says which variable it takes, and writes nothing', async () => {
  const line = 'Set AUTH_JWT_SECRET: staff tokens are signed with it. Those of AUTH_JWKS_URL come from its issuer.\n'
  expect(run({})).toEqual({ status: 1, stderr: line })
  expect(await readCredentials(dataDir)).toBeUndefined()
})
