// Event store servers to measure. Each runs in a process of its own, as in production, in a new folder that goes with it.
import path from 'node:path'
import type { EventStoreDBClient } from '@eventstore/db-client'
import { freePort } from '#embedded/process/ports.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { startProcess } from '#stack/process.ts'
import { closable } from './closing.ts'
import { createFolder } from './folder.ts'

export type EventStoreServer = { readonly client: EventStoreDBClient; readonly close: () => Promise<void> }

export type EventStoreProcess = { readonly url: string; readonly stop: () => Promise<void> }

type Program = { readonly name: string; readonly script: string; readonly args: readonly string[] }

const startProgram = async ({ args, ...program }: Program, folder: string): Promise<EventStoreProcess> => {
  const port = await freePort()
  const { stop } = await startProcess({
    ...program,
    args: ['--port', String(port), ...args],
    environment: {},
    logDir: path.join(folder, 'logs'),
  })
  return { url: `esdb://127.0.0.1:${port}?tls=false`, stop: closable(stop) }
}

/** The event store node with its data in `folder`. An append is synced to disk before it is answered. */
export const startNodeIn = (folder: string): Promise<EventStoreProcess> => {
  const args = ['--data', path.join(folder, 'eventstore')]
  return startProgram({ name: 'eventstore', script: 'embedded/eventstore/main.ts', args }, folder)
}

const startEchoIn = (folder: string): Promise<EventStoreProcess> =>
  startProgram({ name: 'echo', script: 'trials/bench/servers/echo/main.ts', args: [] }, folder)

const startWithClient = async (startIn: (folder: string) => Promise<EventStoreProcess>): Promise<EventStoreServer> => {
  const { folder, remove } = await createFolder()
  const { url, stop } = await startIn(folder)
  const client = connectEventStore(url)
  const close = async (): Promise<void> => {
    await client.dispose()
    await stop()
    await remove()
  }
  return { client, close }
}

/** The event store node on a new folder, and a client of it. */
export const startNode = (): Promise<EventStoreServer> => startWithClient(startNodeIn)

/** The gRPC echo, which answers every append at once and stores nothing, and a client of it. */
export const startEcho = (): Promise<EventStoreServer> => startWithClient(startEchoIn)
