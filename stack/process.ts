import { createWriteStream, mkdirSync } from 'node:fs'
import { setPriority } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { startChild } from '#embedded/process/child.ts'
import { nodeFlags } from '#embedded/process/node-flags.ts'
import type { Running } from './supervise.ts'

const root = path.dirname(import.meta.dirname)
const readyMillisecondsMax = 60_000
const stopMillisecondsMax = 20_000

export type ProcessOptions = {
  readonly name: string
  /** Relative to the repository. */
  readonly script: string
  readonly args?: readonly string[]
  /** Of Node itself, before the script. */
  readonly nodeArgs?: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly logDir: string
  /** Added to its priority (0 to 19): a higher one lets others go first. */
  readonly niceness?: number
}

const readyLine = z.looseObject({ ready: z.literal(true), pid: z.int().optional() })

const parseReady = (line: string): z.infer<typeof readyLine> | undefined => {
  try {
    return readyLine.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

/** The message of a log line, or the line itself if it is no JSON. */
const messageOf = (line: string | undefined): string => {
  if (line === undefined) return 'it said nothing'
  try {
    const parsed: unknown = JSON.parse(line)
    return z.object({ msg: z.string() }).safeParse(parsed).data?.msg ?? line
  } catch {
    return line
  }
}

/** Starts one of our own processes and waits until it says that it is ready; its output goes to a file of its name. */
export const startProcess = async (options: ProcessOptions): Promise<Running> => {
  const { name, script, args = [], nodeArgs = [], environment, logDir, niceness = 0 } = options
  mkdirSync(logDir, { recursive: true })
  const file = createWriteStream(path.join(logDir, `${name}.log`), { flags: 'a' })
  const { promise: ready, resolve: becomeReady } = Promise.withResolvers<number | undefined>()
  const child = startChild({
    command: [process.execPath, ...nodeFlags, ...nodeArgs, path.join(root, script), ...args],
    stopSignal: 'TERM',
    environment,
    log: (line) => {
      file.write(`${line}\n`)
      const said = parseReady(line)
      if (said) becomeReady(said.pid)
    },
  })
  const ended = child.exited.then(() => {
    file.end()
    return 'ended' as const
  })
  const late = AbortSignal.timeout(readyMillisecondsMax)
  const tooLate = new Promise<'late'>((resolve) => late.addEventListener('abort', () => resolve('late')))
  const outcome = await Promise.race([ready, ended, tooLate])
  if (outcome === 'ended') throw new Error(messageOf(child.recentLines().at(-1)))
  if (outcome === 'late') {
    await child.stop(stopMillisecondsMax)
    throw new Error(`not ready after ${readyMillisecondsMax / 1_000} s; see ${path.join(logDir, `${name}.log`)}`)
  }
  if (outcome !== undefined && niceness > 0) setPriority(outcome, niceness)
  return { pid: outcome, exited: child.exited, stop: () => child.stop(stopMillisecondsMax) }
}
