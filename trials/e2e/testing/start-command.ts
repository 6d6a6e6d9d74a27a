import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { eventually } from '../../shop/retry.ts'

const root = path.dirname(path.dirname(path.dirname(import.meta.dirname)))

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

export type Command = {
  /** Its output so far. */
  readonly stdout: () => string
  /** Resolves with its output once that contains `text`. Rejects if the command ends before. */
  readonly untilSaid: (text: string) => Promise<string>
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<Ended>
  /** The command and every process that was ever seen running below it. */
  readonly seenProcesses: () => readonly string[]
}

type Process = { readonly pid: number; readonly parent: number; readonly name: string }

/** Every process of the machine. A name is the id and the start time, because ids are reused. */
const processTable = (): readonly Process[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,lstart='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((row) => {
      const [pid = '', parent = '', ...startedAt] = row.trim().split(/\s+/)
      return { pid: Number(pid), parent: Number(parent), name: `${pid} of ${startedAt.join(' ')}` }
    })

/** A process and all below it. A child in a session of its own still has its parent's id. */
const processesBelow = (pid: number): readonly string[] => {
  const table = processTable()
  const found = table.filter((process) => process.pid === pid)
  for (const { pid: parent } of found) found.push(...table.filter((process) => process.parent === parent))
  return found.map(({ name }) => name)
}

/** Those of the named processes that still run. */
export const stillRunning = (names: readonly string[]): readonly string[] => {
  const table = new Set(processTable().map(({ name }) => name))
  return names.filter((name) => table.has(name))
}

/** Runs a script as npm does. Its environment is `settings`, PATH and HOME, and nothing else of ours. */
export const startCommand = (script: string, settings: Readonly<Record<string, string>>): Command => {
  const { PATH = '', HOME = '' } = process.env
  const child: ChildProcess = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', path.join(root, 'scripts', script)],
    { env: { PATH, HOME, ...settings }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (data) => {
    stdout += String(data)
  })
  child.stderr?.on('data', (data) => {
    stderr += String(data)
  })
  const seen = new Set<string>()
  const look = (): void => {
    for (const name of processesBelow(child.pid ?? 0)) seen.add(name)
  }
  const watching = setInterval(look, 100)
  const ended = once(child, 'close').then(([code]): Ended => {
    clearInterval(watching)
    return { code, stdout, stderr }
  })
  return {
    stdout: () => stdout,
    untilSaid: (text) =>
      eventually(
        async () => {
          if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${stdout}${stderr}`)
          return stdout
        },
        (said) => said.includes(text),
        { millisecondsMax: 120_000 },
      ),
    kill: (signal) => {
      look()
      child.kill(signal)
    },
    ended,
    seenProcesses: () => [...seen],
  }
}
