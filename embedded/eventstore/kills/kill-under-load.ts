// Kills an event store node again and again while it is written to, and checks after each kill that the log holds what was
// acknowledged, whole and in order. The node is a process of its own; the kill is SIGKILL, so nothing of it can tidy up. The
// moment of the kill differs each time: after so many acknowledged appends and some milliseconds.
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EventStoreDBClient } from '@eventstore/db-client'
import { z } from 'zod'
import { type Child, startChild } from '../../process/child.ts'
import { type Acknowledgements, openAcknowledgements, readAcknowledgements } from './acknowledgements.ts'
import { type FoundLog, problemsOf } from './check.ts'
import { findLog } from './find-log.ts'
import { writeUntilItFails } from './load.ts'

export type KillOptions = {
  /** Created when missing, gone on with when not: the log is in `log/`, the record of what was acknowledged beside it. */
  readonly folder: string
  readonly kills: number
  readonly streams?: number
  readonly log?: (line: string) => void
}

export type KillReport = {
  readonly kills: number
  readonly appendsAcknowledged: number
  readonly events: number
  /** Starts at which the node reported an incomplete write. */
  readonly repairs: number
  /** Each one line; empty when every acknowledged append was there, whole and in its place, after every kill. */
  readonly problems: readonly string[]
}

const prefix = 'killed-'
const appendsBeforeKill = 40
const appendsSpread = 40
const killDelayMillisecondsMax = 15
const readyMillisecondsMax = 20_000
const stopMilliseconds = 5_000

/** Stops at the first kill after which something is wrong. */
export const killUnderLoad = async (options: KillOptions): Promise<KillReport> => {
  const { folder, kills, streams = 8, log = () => {} } = options
  const recordFile = path.join(folder, 'acknowledged.jsonl')
  const data = path.join(folder, 'log')
  const lines: string[] = []
  let node = await startNode(data, lines)
  const acknowledgements = await openAcknowledgements(recordFile)
  let found = await withClient(node, (client) => findLog(client, prefix))
  const report = { kills: 0, appendsAcknowledged: 0, events: 0, repairs: 0, problems: [] as readonly string[] }
  try {
    while (report.kills < kills && report.problems.length === 0) {
      const refusal = await loadAndKill(node, { streams, heads: headsOf(found), acknowledgements })
      report.kills += 1
      node = await startNode(data, lines)
      const acknowledged = await readAcknowledgements(recordFile)
      found = await withClient(node, (client) => findLog(client, prefix))
      report.appendsAcknowledged = acknowledged.length
      report.events = found.events.length
      report.problems = [...refusal, ...problemsOf(found, acknowledged)]
      log(`kill ${report.kills}: ${acknowledged.length} appends acknowledged, ${report.problems.length} problems`)
    }
  } finally {
    await node.child.stop(stopMilliseconds)
    await acknowledgements.close()
  }
  return { ...report, repairs: lines.filter((line) => line.includes('of an unfinished write')).length }
}

type Node = { readonly child: Child; readonly pid: number; readonly connectionString: string }

const readyLine = z.object({ ready: z.literal(true), pid: z.int(), connectionString: z.string() })

const startNode = async (data: string, lines: string[]): Promise<Node> => {
  const main = path.join(import.meta.dirname, '..', 'main.ts')
  const ready = Promise.withResolvers<z.infer<typeof readyLine>>()
  const child = startChild({
    command: [process.execPath, '--disable-warning=ExperimentalWarning', main, '--port', '0', '--data', data],
    stopSignal: 'TERM',
    log: (line) => {
      lines.push(line)
      if (line.startsWith('{')) ready.resolve(readyLine.parse(JSON.parse(line)))
    },
  })
  const late = sleep(readyMillisecondsMax, undefined, { ref: false })
  const found = await Promise.race([ready.promise, child.exited, late])
  if (found !== undefined) return { child, ...found }
  await child.stop(stopMilliseconds)
  throw new Error(`The event store node did not start: ${child.recentLines().join(' ')}`)
}

const withClient = async <Found>(node: Node, use: (client: EventStoreDBClient) => Promise<Found>): Promise<Found> => {
  const client = EventStoreDBClient.connectionString(node.connectionString)
  try {
    return await use(client)
  } finally {
    await client.dispose()
  }
}

const headsOf = ({ streams }: FoundLog): ReadonlyMap<string, number> =>
  new Map([...streams].map(([stream, ids]) => [stream, ids.length - 1]))

type Load = {
  readonly streams: number
  readonly heads: ReadonlyMap<string, number>
  readonly acknowledgements: Acknowledgements
}

/** Resolves when the node is dead, with what went wrong before: all writers must go on until it is killed. */
const loadAndKill = (node: Node, { streams, heads, acknowledgements }: Load): Promise<readonly string[]> => {
  return withClient(node, async (client) => {
    let isKilled = false
    const kill = (): void => {
      isKilled = true
      if (!node.child.hasExited()) process.kill(node.pid, 'SIGKILL')
    }
    let left = appendsBeforeKill + Math.floor(Math.random() * appendsSpread)
    const onAcknowledged = (): void => {
      left -= 1
      if (left === 0) setTimeout(kill, Math.random() * killDelayMillisecondsMax)
    }
    const stopped: string[] = []
    const writers = Array.from({ length: streams }, async (_, index) => {
      const stream = `${prefix}${index}`
      await writeUntilItFails(stream, heads.get(stream) ?? -1, { client, acknowledgements, onAcknowledged })
      if (!isKilled) stopped.push(`${stream} could not be appended to while the node ran`)
    })
    await Promise.race([node.child.exited, Promise.all(writers)])
    if (!isKilled) kill()
    await node.child.exited
    // A call may wait for its answer for ever; whatever was answered before the end is recorded by then.
    await Promise.race([Promise.all(writers), sleep(stopMilliseconds, undefined, { ref: false })])
    return stopped
  })
}
