import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { EventStoreDBClient } from '@eventstore/db-client'
import { z } from 'zod'
import { startChild } from '#embedded/process/child.ts'
import { nodeFlags } from '#embedded/process/node-flags.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { closable } from './closing.ts'

// What is measured runs in a process of its own, as it would in production, in an empty folder that goes with it.

export type LogServer = {
  readonly client: EventStoreDBClient
  readonly connectionString: string
  readonly close: () => Promise<void>
}

const root = path.dirname(path.dirname(import.meta.dirname))
const startMilliseconds = 30_000
const stopMilliseconds = 10_000
const readyLine = z.object({ ready: z.literal(true), connectionString: z.string() })

export const createFolder = async (): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-bench-'))
  return { folder, remove: closable(() => rm(folder, { recursive: true, force: true, maxRetries: 5 })) }
}

/** Runs a script until it prints its line of JSON that says it is ready. */
const startServer = async (script: string, args: readonly string[]): Promise<Omit<LogServer, 'client'>> => {
  const ready = Promise.withResolvers<string>()
  const command = [process.execPath, ...nodeFlags, path.join(root, script), ...args] as const
  const child = startChild({ command, stopSignal: 'TERM', log: ready.resolve })
  const failed = child.exited.then(() => Promise.reject(new Error(`${script} ended: ${child.recentLines().join(' ')}`)))
  failed.catch(() => {})
  const timer = setTimeout(() => ready.reject(new Error(`${script} is not ready in time`)), startMilliseconds)
  const close = closable(() => child.stop(stopMilliseconds))
  try {
    const { connectionString } = readyLine.parse(JSON.parse(await Promise.race([ready.promise, failed])))
    return { connectionString, close }
  } catch (error) {
    await close()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

const withClient = (server: Omit<LogServer, 'client'>, after: () => Promise<void>): LogServer => {
  const client = connectEventStore(server.connectionString)
  const close = async (): Promise<void> => {
    await client.dispose()
    await server.close()
    await after()
  }
  return { client, connectionString: server.connectionString, close }
}

/** The event store node on a new folder: every append is on disk when it is answered. */
export const startNode = async (): Promise<LogServer> => {
  const { folder, remove } = await createFolder()
  return withClient(await startServer('embedded/eventstore/main.ts', ['--port', '0', '--data', folder]), remove)
}

/** The bare gRPC echo: answers every append at once and stores nothing. */
export const startEchoServer = async (): Promise<LogServer> => {
  return withClient(await startServer('trials/bench/store/echo/main.ts', []), async () => {})
}
