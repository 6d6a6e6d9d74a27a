// What the node promises about its data: an acknowledged append survives SIGKILL, an unacknowledged one is there whole or not at
// all, and a data folder that cannot be served is refused with one line.
import { once } from 'node:events'
import { truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { expect, test } from 'vitest'
import { runChildNode, startChildNode } from './child-fixture.ts'
import { openDatabase } from './data-folder.ts'
import { clientOf, events, givenFolder, givenNode, places } from './fixture.ts'
import { startEventStoreNode } from './node.ts'

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
  const FULL = 2
  expect([pragma('journal_mode'), pragma('synchronous')]).toEqual(['wal', FULL])
  database.close()
})

const ROUNDS = 4
const STREAMS = 8
const EVENTS_PER_APPEND = 3
const ACKNOWLEDGED_BEFORE_KILL = 200

/** What a stream was told: how many appends of it were acknowledged. The next one may be in the log or not. */
type Acknowledged = Map<string, number>

test('SIGKILL under load loses nothing acknowledged and leaves nothing in part', async () => {
  const folder = givenFolder()
  const acknowledged: Acknowledged = new Map()
  for (let round = 0; round < ROUNDS; round += 1) {
    const node = await startChildNode(['--data', folder])
    const client = EventStoreDBClient.connectionString(node.connectionString)
    if (round > 0) await expectWhole(client, acknowledged)
    const exited = once(node.child, 'exit')
    let count = 0
    const onAcknowledged = (): void => {
      count += 1
      if (count === ACKNOWLEDGED_BEFORE_KILL) node.child.kill('SIGKILL')
    }
    const writers = Array.from({ length: STREAMS }, (_, index) =>
      appendUntilItFails(client, `stream-${index}`, acknowledged, onAcknowledged),
    )
    await Promise.all([exited, ...writers.map((writer) => Promise.race([writer, exited]))])
    await client.dispose()
  }
  const node = await startChildNode(['--data', folder])
  await expectWhole(clientOf(node), acknowledged)
})

async function appendUntilItFails(
  client: EventStoreDBClient,
  stream: string,
  acknowledged: Acknowledged,
  onAcknowledged: () => void,
): Promise<void> {
  try {
    for (;;) {
      const count = acknowledged.get(stream) ?? 0
      const expectedRevision = count === 0 ? 'no_stream' : BigInt(count * EVENTS_PER_APPEND - 1)
      const batch = Array.from({ length: EVENTS_PER_APPEND }, (_, part) =>
        jsonEvent({ type: 'Counted', data: { count, part } }),
      )
      await client.appendToStream(stream, batch, { expectedRevision })
      acknowledged.set(stream, count + 1)
      onAcknowledged()
    }
  } catch {
    // The node is gone: whether this append was written is not known, and the check allows either.
  }
}

/** Also learns from the log whether the append in flight at the kill was written. */
async function expectWhole(client: EventStoreDBClient, acknowledged: Acknowledged): Promise<void> {
  for (const [stream, count] of acknowledged) {
    const found = await Array.fromAsync(client.readStream<ReturnType<typeof jsonEvent>>(stream))
    const appends = found.length / EVENTS_PER_APPEND
    expect([count, count + 1]).toContain(appends)
    expect(found.map(({ event }) => [Number(event?.revision), event?.data])).toEqual(
      found.map((_, index) => [
        index,
        { count: Math.floor(index / EVENTS_PER_APPEND), part: index % EVENTS_PER_APPEND },
      ]),
    )
    acknowledged.set(stream, appends)
  }
}

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

test('a newer format is refused and left as it is', async () => {
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

test('a file that is not a log, or is torn, is refused', async () => {
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
