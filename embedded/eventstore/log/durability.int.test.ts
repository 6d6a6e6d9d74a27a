// What the node promises about its data: it is there after a restart, and a data folder that cannot be served is refused with one
// line. What a kill, a torn write and damage leave is in kills/, wal-file.int.test.ts and damage.int.test.ts.
import { once } from 'node:events'
import { closeSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EventStoreDBClient } from '@eventstore/db-client'
import { expect, test } from 'vitest'
import { startEventStoreNode } from '../node.ts'
import { runChildNode, startChildNode } from '../testing/child-fixture.ts'
import { clientOf, events, givenFolder, givenNode, places } from '../testing/fixture.ts'
import { openDatabase } from './data-folder.ts'

test('a restart keeps events, positions and retries, and time does not go back', async () => {
  const folder = givenFolder()
  const first = await startEventStoreNode({ dataDir: folder, port: 0 })
  const before = EventStoreDBClient.connectionString(first.connectionString)
  await before.appendToStream('a', events(1, 3), { expectedRevision: 'no_stream' })
  const written = await Array.fromAsync(before.readAll())
  await before.dispose()
  await first.stop()

  const client = clientOf(await givenNode(folder))
  expect(await Array.fromAsync(client.readAll())).toEqual(written)
  const retry = await client.appendToStream('a', events(2, 3), { expectedRevision: 'any' })
  expect(retry).toMatchObject({ nextExpectedRevision: 2n, position: written.at(-1)?.event?.position })
  await client.appendToStream('a', events(4, 4), { expectedRevision: 2n })
  const all = await Array.fromAsync(client.readAll())
  const times = all.map(({ event }) => event?.created.getTime() ?? 0)
  expect(times).toEqual(times.toSorted((one, other) => one - other))
  expect(all.map(({ event }) => event?.streamId)).toEqual(['$node', 'a', 'a', 'a', 'a'])
})

test('a commit is synced before it is answered', () => {
  const database = openDatabase(givenFolder())
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
  const full = 2
  expect([pragma('journal_mode'), pragma('synchronous')]).toEqual(['wal', full])
  database.close()
})

const refusalOf = (folder: string) =>
  startEventStoreNode({ dataDir: folder, port: 0 }).catch((error: Error) => error.message)

test('a second process on the same folder is refused, and the folder is free once the first is killed', async () => {
  const folder = givenFolder()
  const first = await startChildNode(['--data', folder])
  const second = await runChildNode(['--port', '0', '--data', folder])
  expect(second).toMatchObject({ code: 1, stdout: '' })
  expect(second.stderr).toBe(
    `The data folder ${folder} is in use by another event store node; stop it or choose another folder.\n`,
  )
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  const third = await startChildNode(['--data', folder])
  expect(await places(clientOf(third).readAll())).toEqual(['0@$node'])
})

test('the log of a running node is reported as in use, whatever its write-ahead log contains', async () => {
  const folder = givenFolder()
  const first = await startChildNode(['--data', folder])
  const client = clientOf(first)
  for (const number of [1, 2, 3]) await client.appendToStream('a', events(number, number))
  const wal = openSync(path.join(folder, 'events.db-wal'), 'r+')
  writeSync(wal, 'garbled', 100)
  closeSync(wal)
  expect(await refusalOf(folder)).toContain('is in use by another event store node')
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  expect(await refusalOf(folder)).toContain('events.db-wal is damaged')
})

test('a log of format 1, which has no checksums, can be read and appended to', async () => {
  const folder = givenFolder()
  const node = await startEventStoreNode({ dataDir: folder, port: 0 })
  const before = EventStoreDBClient.connectionString(node.connectionString)
  await before.appendToStream('a', events(1, 2))
  await before.dispose()
  await node.stop()
  const database = new DatabaseSync(path.join(folder, 'events.db'))
  database.exec('ALTER TABLE events DROP COLUMN checksum; PRAGMA user_version = 1')
  database.close()
  const client = clientOf(await givenNode(folder))
  await client.appendToStream('a', events(3, 3), { expectedRevision: 1n })
  expect(await places(client.readAll())).toEqual(['0@$node', '0@a', '1@a', '2@a'])
})

test('a newer format is refused and not changed', async () => {
  const folder = givenFolder()
  await (await startEventStoreNode({ dataDir: folder, port: 0 })).stop()
  const database = new DatabaseSync(path.join(folder, 'events.db'))
  database.exec('PRAGMA user_version = 3')
  database.close()
  expect(await refusalOf(folder)).toBe(
    `The data folder ${folder} has format 3, written by a newer version; this one reads up to format 2. Start the newer version.`,
  )
  const after = new DatabaseSync(path.join(folder, 'events.db'))
  expect(after.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 })
  after.close()
})

test('a file that is not a log, or is incomplete, is refused', async () => {
  const [other, foreign, torn] = [givenFolder(), givenFolder(), givenFolder()]
  writeFileSync(path.join(other, 'events.db'), 'not a database '.repeat(1_000))
  expect(await refusalOf(other)).toContain('is damaged or not a log of this event store')

  const database = new DatabaseSync(path.join(foreign, 'events.db'))
  database.exec('CREATE TABLE something (id INTEGER)')
  database.close()
  expect(await refusalOf(foreign)).toContain('is not a log of this event store')

  const node = await startEventStoreNode({ dataDir: torn, port: 0 })
  const client = EventStoreDBClient.connectionString(node.connectionString)
  await client.appendToStream('a', events(1, 500))
  await client.dispose()
  await node.stop()
  truncateSync(path.join(torn, 'events.db'), 8_192 * 3)
  expect(await refusalOf(torn)).toContain('is damaged or not a log of this event store')
})

test('a taken port is refused and the folder released', async () => {
  const folder = givenFolder()
  const { port } = await givenNode()
  const refused = startEventStoreNode({ dataDir: folder, port })
  await expect(refused).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`)
  await givenNode(folder)
})
