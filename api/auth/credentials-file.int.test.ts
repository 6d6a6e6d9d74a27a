import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { credentialsPath, readCredentials, writeCredentials } from './credentials-file.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'holdfast-credentials-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

const credentials = { storefrontKey: 'k'.repeat(43), staffToken: 'a.b.c', adminToken: 'd.e.f' }

test('written credentials can be read', async () => {
  await writeCredentials(dataDir, credentials)
  expect(await readCredentials(dataDir)).toEqual(credentials)
})

test('only the user can read the file, even if it had wider permissions before', async () => {
  await writeFile(credentialsPath(dataDir), '{}', { mode: 0o644 })
  await writeCredentials(dataDir, credentials)
  expect((await stat(credentialsPath(dataDir))).mode & 0o777).toBe(0o600)
})

test('a folder without the file has no credentials', async () => {
  expect(await readCredentials(dataDir)).toBeUndefined()
})

test('the error about a damaged file says what to do', async () => {
  for (const text of ['{', '{"storefrontKey":"x"}']) {
    await writeFile(credentialsPath(dataDir), text)
    await expect(readCredentials(dataDir)).rejects.toThrow('delete it, and the next start writes it')
  }
})
