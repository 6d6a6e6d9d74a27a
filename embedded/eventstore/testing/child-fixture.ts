import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { onTestFinished } from 'vitest'

export type ChildNode = {
  readonly child: ChildProcess
  readonly port: number
  readonly healthPort: number | undefined
  readonly connectionString: string
}

export type ChildResult = { readonly code: number | null; readonly stderr: string; readonly stdout: string }

const spawnNode = (args: readonly string[]) => {
  const main = path.join(import.meta.dirname, '..', 'main.ts')
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args])
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (text) => {
    output.stdout += text
  })
  child.stderr.on('data', (text) => {
    output.stderr += text
  })
  const closed = once(child, 'close').then((): ChildResult => ({ code: child.exitCode, ...output }))
  return { child, closed }
}

/** A node in a process of its own, once it has said that it is ready. */
export const startChildNode = async (args: readonly string[]): Promise<ChildNode> => {
  const { child, closed } = spawnNode(['--port', '0', ...args])
  const line = await Promise.race([once(child.stdout, 'data').then(String), closed])
  if (typeof line !== 'string') throw new Error(`The node did not start: ${line.stderr}`)
  return { child, ...JSON.parse(line) }
}

/** For a node that is expected to refuse to start. */
export const runChildNode = (args: readonly string[]): Promise<ChildResult> => {
  return spawnNode(args).closed
}
