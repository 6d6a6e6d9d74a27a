import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { eventually } from '../../shop/eventually.ts'

const root = path.dirname(path.dirname(path.dirname(import.meta.dirname)))

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

export type Command = {
  /** What it has written so far. */
  readonly stdout: () => string
  /** Resolves with what it had written once that contains `text`; throws where it ends before. */
  readonly untilSaid: (text: string) => Promise<string>
  readonly kill: (signal: NodeJS.Signals) => void
  readonly ended: Promise<Ended>
  /** Everything that was ever found running below it, itself included. */
  readonly seenProcesses: () => readonly string[]
}

type Process = { readonly pid: number; readonly parent: number; readonly name: string }

/** Every process there is, named by its id and when it started, for ids come again. */
const processTable = (): readonly Process[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,lstart='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((row) => {
      const [pid = '', parent = '', ...startedAt] = row.trim().split(/\s+/)
      return { pid: Number(pid), parent: Number(parent), name: `${pid} of ${startedAt.join(' ')}` }
    })

/** One process and all below it: children keep their parent also in a session of their own. */
const processesBelow = (pid: number): readonly string[] => {
  const table = processTable()
  const found = table.filter((process) => process.pid === pid)
  for (const { pid: parent } of found) found.push(...table.filter((process) => process.parent === parent))
  return found.map(({ name }) => name)
}

/** Which of these still run. */
export const stillRunning = (names: readonly string[]): readonly string[] => {
  const table = new Set(processTable().map(({ name }) => name))
  return names.filter((name) => table.has(name))
}

/** Runs one of our scripts, as npm does, with `settings` and nothing else of our environment but what finds programs. */
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
        120_000,
      ),
    kill: (signal) => {
      look()
      child.kill(signal)
    },
    ended,
    seenProcesses: () => [...seen],
  }
}
