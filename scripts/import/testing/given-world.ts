import { createSecretKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type pg from 'pg'
import { onTestFinished } from 'vitest'
import { createTestDatabase } from '#embedded/testing/servers.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { openStack } from '#stack/open-stack.ts'
import { type ImportTarget, openImportTarget } from '../target.ts'

// What the tests of import and verify share: an event store in a process of its own, a database of the test's server.

export type TestWorld = ImportTarget & {
  readonly folder: string
  readonly pool: pg.Pool
  readonly databaseUrl: string
  /** Writes a file into the test's folder; answers its path. */
  readonly file: (name: string, content: string | Uint8Array) => string
}

export const givenWorld = async (): Promise<TestWorld> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-import-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const databaseUrl = await createTestDatabase()
  const stack = await openStack({ dataDir: folder, eventStoreUrl: undefined, databaseUrl }, 'make')
  onTestFinished(() => stack.stop())
  const config = { masterKey: createSecretKey(Buffer.alloc(32, 7)), dataDir: folder, locations: ['MAIN'] }
  const meter = () => ({ update: () => {}, end: () => {} })
  const world = await openImportTarget(stack, config, { meter, warn: () => {} })
  onTestFinished(() => world.close())
  const pool = createPool({ url: databaseUrl, onError: () => {} })
  onTestFinished(() => pool.end())
  const file = (name: string, content: string | Uint8Array): string => {
    const target = path.join(folder, name)
    writeFileSync(target, content)
    return target
  }
  return { ...world, folder, pool, databaseUrl, file }
}
