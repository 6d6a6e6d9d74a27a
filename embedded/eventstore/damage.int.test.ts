// Bits that flip in the committed pages of a log. Whatever they hit, a node serves what was written or refuses in one line:
// never other events, and never fewer without saying so.
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { EventStoreDBClient } from '@eventstore/db-client'
import { expect, test } from 'vitest'
import { clientOf, events, givenFolder, givenNode } from './fixture.ts'
import { startEventStoreNode } from './node.ts'

const PAGE_BYTES = 8_192
const STREAMS = ['a', 'b', 'c']
const EVENTS_EACH = 120

async function givenLog() {
  const folder = givenFolder()
  const node = await startEventStoreNode({ dataDir: folder, port: 0 })
  const client = EventStoreDBClient.connectionString(node.connectionString)
  for (const [index, stream] of STREAMS.entries())
    await client.appendToStream(stream, events(index * EVENTS_EACH, (index + 1) * EVENTS_EACH - 1))
  const written = await everything(client)
  await client.dispose()
  await node.stop()
  return { folder, file: path.join(folder, 'events.db'), written }
}

async function everything(client: EventStoreDBClient) {
  const all = await Array.fromAsync(client.readAll(), ({ event }) => event)
  const each = []
  for (const stream of STREAMS) each.push(await Array.fromAsync(client.readStream(stream), ({ event }) => event))
  return { all, each }
}

/** What was served, or the refusal. */
async function serve(folder: string) {
  let node: Awaited<ReturnType<typeof startEventStoreNode>>
  try {
    node = await startEventStoreNode({ dataDir: folder, port: 0 })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  const client = EventStoreDBClient.connectionString(node.connectionString)
  try {
    return await everything(client)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await client.dispose()
    await node.stop()
  }
}

test('flipped bits anywhere in the events are refused, not served', async () => {
  const { file, folder, written } = await givenLog()
  const bytes = readFileSync(file)
  const outcomes = { served: 0, refused: 0 }
  for (let at = PAGE_BYTES + 5; at < bytes.length; at += 4_001) {
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

test('an event that was changed in place is told by its position, and appends elsewhere go on', async () => {
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
  expect(await Array.fromAsync(client.readStream('a'))).toHaveLength(EVENTS_EACH)
})

test('after a crash the whole file is checked while it is small', async () => {
  const { file, folder } = await givenLog()
  const bytes = readFileSync(file)
  // An index entry that names another event: each page is well-formed, and no read of the events would tell.
  const found = bytes.lastIndexOf(Buffer.from('b', 'latin1'), PAGE_BYTES * 4)
  expect(found).toBeGreaterThan(0)
  const { damagedFile } = corruptIndex(bytes)
  writeFileSync(file, damagedFile)
  writeFileSync(`${file}-wal`, Buffer.alloc(1))
  expect(statSync(file).size).toBe(bytes.length)
  expect(await serve(folder)).toContain('is damaged or not a log of this event store')
})

const INDEX_LEAF = 0x0a

/** Swaps the places of two cells of an index's leaf. */
function corruptIndex(bytes: Buffer) {
  const copy = Buffer.from(bytes)
  for (let page = PAGE_BYTES; page < copy.length; page += PAGE_BYTES) {
    if (copy.readUInt8(page) !== INDEX_LEAF || copy.readUInt16BE(page + 3) < 10) continue
    const [first, second] = [copy.readUInt16BE(page + 8), copy.readUInt16BE(page + 10)]
    copy.writeUInt16BE(second, page + 8)
    copy.writeUInt16BE(first, page + 10)
    return { damagedFile: copy }
  }
  throw new Error('the log has no index leaf')
}
