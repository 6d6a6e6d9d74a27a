import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase } from '#embedded/testing/servers.ts'
import { createDatabase } from './database.ts'
import { createPool } from './pool.ts'
import { DatabaseUnavailable } from './unavailable.ts'

let url: string
let db: ReturnType<typeof createDatabase>
beforeAll(async () => {
  url = await createTestDatabase()
  db = createDatabase(createPool({ url, onError: () => undefined }))
})
afterAll(() => db.destroy())

test('given a running query, when its connection is ended, then it fails as unavailable, and later ones are answered', async () => {
  const other = createDatabase(createPool({ url, onError: () => undefined }))
  const running = sql`select pg_sleep(60)`.execute(db)
  const ended = expect(running).rejects.toBeInstanceOf(DatabaseUnavailable)
  const end = sql<{ ended: boolean }>`select pg_terminate_backend(pid) as ended from pg_stat_activity
    where query like 'select pg_sleep%' and datname = current_database()`
  await expect.poll(async () => (await end.execute(other)).rows).toEqual([{ ended: true }])
  await ended
  await other.destroy()
  const one = (): Promise<unknown> => sql`select 1 as one`.execute(db).then(({ rows }) => rows, String)
  await expect.poll(one).toEqual([{ one: 1 }])
})

test('given no server, when it is queried, then the error says unavailable', async () => {
  const nowhere = createDatabase(createPool({ url: 'postgres://nobody@127.0.0.1:1/nothing', onError: () => undefined }))
  await expect(sql`select 1`.execute(nowhere)).rejects.toBeInstanceOf(DatabaseUnavailable)
  await nowhere.destroy()
})

test('given a wrong statement, when it is run, then the error is that of the server', async () => {
  await expect(sql`select no_such_column`.execute(db)).rejects.not.toBeInstanceOf(DatabaseUnavailable)
  await expect(sql`select no_such_column`.execute(db)).rejects.toMatchObject({ code: '42703' })
})
