import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type AllStreamResolvedEvent, EventStoreDBClient, jsonEvent, type ResolvedEvent } from '@eventstore/db-client'
import { onTestFinished } from 'vitest'
import { type EventStoreNode, startEventStoreNode } from '../node.ts'

// Shared by the tests of the node. Everything that is started here ends with the test.

export const givenNode = async (dataDir: string | 'memory' = 'memory'): Promise<EventStoreNode> => {
  const node = await startEventStoreNode({ dataDir, port: 0 })
  onTestFinished(() => node.stop())
  return node
}

export const clientOf = (node: { readonly connectionString: string }): EventStoreDBClient => {
  const client = EventStoreDBClient.connectionString(node.connectionString)
  onTestFinished(() => client.dispose())
  return client
}

export const givenClient = async (): Promise<EventStoreDBClient> => {
  return clientOf(await givenNode())
}

export const givenFolder = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'eventstore-node-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Ids are fixed by the number, so that the same number again is a retry. */
export const anEvent = (number: number, type = 'Happened') =>
  jsonEvent({ id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`, type, data: { number } })

export const events = (from: number, to: number, type?: string) =>
  Array.from({ length: to - from + 1 }, (_, index) => anEvent(from + index, type))

/** "revision@stream" of each event. */
export const places = async (
  read: AsyncIterable<ResolvedEvent | AllStreamResolvedEvent>,
): Promise<readonly string[]> => {
  const found: string[] = []
  for await (const { event } of read) found.push(`${event?.revision}@${event?.streamId}`)
  return found
}
