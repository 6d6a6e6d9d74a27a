// Bits that flip in the committed pages of a log. Whatever they hit, a node serves what was written or refuses in one line:
// never other events, and never fewer without saying so.

import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EventStoreDBClient, type RecordedEvent } from '@eventstore/db-client'
import { expect, test } from 'vitest'
import { errorText } from '#domain/error-text.ts'
import { startEventStoreNode } from '../node.ts'
import { clientOf, events, givenFolder, givenNode } from '../testing/fixture.ts'

const pageBytes = 8_192
const streams = ['a', 'b', 'c']
const eventsEach = 120

const givenLog = async () => {
  const folder = givenFolder()
  const node = await startEventStoreNode({ dataDir: folder, port: 0 })
  const client = EventStoreDBClient.connectionString(node.connectionString)
  for (const [index, stream] of streams.entries())
    await client.appendToStream(stream, events(index * eventsEach, (index + 1) * eventsEach - 1))
  const written = await everything(client)
  await client.dispose()
  await node.stop()
  return { folder, file: path.join(folder, 'events.db'), written }
}

/** A line for each event of the log, then of each stream. */
const everything = async (client: EventStoreDBClient): Promise<readonly string[]> => {
  const lines = await Array.fromAsync(client.readAll(), ({ event }) => lineOf(event))
  for (const stream of streams)
    lines.push(...(await Array.fromAsync(client.readStream(stream), ({ event }) => lineOf(event))))
  return lines
}

const lineOf = (event: RecordedEvent | undefined): string =>
  [
    event?.position?.commit,
    event?.revision,
    event?.streamId,
    event?.id,
    event?.type,
    JSON.stringify(event?.data),
  ].join()

/** The events that were served, or the refusal. */
const serve = async (folder: string): Promise<string | readonly string[]> => {
  let node: Awaited<ReturnType<typeof startEventStoreNode>>
  try {
    node = await startEventStoreNode({ dataDir: folder, port: 0 })
  } catch (error) {
    return errorText(error)
  }
  const client = EventStoreDBClient.connectionString(node.connectionString)
  try {
    return await everything(client)
  } catch (error) {
    return errorText(error)
  } finally {
    await client.dispose()
    await node.stop()
  }
}

test('an event with flipped bits is refused, not served', async () => {
  const { file, folder, written } = await givenLog()
  const bytes = readFileSync(file)
  const outcomes = { served: 0, refused: 0 }
  for (let at = 3; at < bytes.length; at += 1_499) {
    const damaged = Buffer.from(bytes)
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0x04, at)
    writeFileSync(file, damaged)
    const found = await serve(folder)
    if (typeof found === 'string') {
      outcomes.refused += 1
      expect(found, `byte ${at}`).toMatch(/damaged/)
      expect(found).not.toContain('\n')
    } else {
      outcomes.served += 1
      expect(found, `byte ${at}`).toEqual(written)
    }
  }
  expect(outcomes.refused).toBeGreaterThan(10)
})

test('an event that was changed in place is reported with its position, and other streams can still be appended to', async () => {
  const { file, folder } = await givenLog()
  const bytes = readFileSync(file)
  const at = bytes.indexOf('{"number":150}')
  bytes.write('{"number":151}', at)
  writeFileSync(file, bytes)
  const client = clientOf(await givenNode(folder))
  const refusal = await Array.fromAsync(client.readAll()).catch((error: Error) => error.message)
  expect(refusal).toMatch(
    /The log is damaged: the event at position \d+ is not the one that was written\. Restore the data folder from a backup\.$/,
  )
  await expect(client.appendToStream('other', events(1, 1), { expectedRevision: 'no_stream' })).resolves.toBeDefined()
  expect(await Array.fromAsync(client.readStream('a'))).toHaveLength(eventsEach)
})

test.each([
  ['the first', 0, 'revision 0 is missing before position'],
  ['one in the middle', 60, 'events are missing between positions'],
])('a missing event is found: %s of a stream', async (_, revision, refusal) => {
  const { file, folder } = await givenLog()
  const database = new DatabaseSync(file)
  database.exec(`DELETE FROM events WHERE stream_id = 3 AND revision = ${revision}`)
  database.close()
  const client = clientOf(await givenNode(folder))
  const read = (events: AsyncIterable<unknown>) => Array.fromAsync(events).catch((error: Error) => error.message)
  expect(await read(client.readStream('b'))).toContain(refusal)
  expect(await read(client.readAll())).toContain('events are missing between positions')
  expect(await read(client.readStream('a'))).toHaveLength(eventsEach)
})

test('an index that lacks events is refused at the start', async () => {
  const { file, folder } = await givenLog()
  writeFileSync(file, withoutLastIndexEntry(readFileSync(file)))
  expect(await serve(folder)).toBe(
    `${file} is damaged or not a log of this event store; restore it from a backup or choose another folder.`,
  )
})

const indexLeaf = 0x0a
const cellCountAt = 3

/** Each page is well-formed, and no read of the events could tell. */
const withoutLastIndexEntry = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes)
  for (let page = pageBytes; page < copy.length; page += pageBytes) {
    const cells = copy.readUInt16BE(page + cellCountAt)
    if (copy.readUInt8(page) !== indexLeaf || cells < 10) continue
    copy.writeUInt16BE(cells - 1, page + cellCountAt)
    return copy
  }
  throw new Error('the log has no index leaf')
}
