import { spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'

/** A watchdog acts at once; the shutdown that it asks for writes to disk first. */
const stopMillisecondsMax = 30_000

/** Starts a server in a process of its own, kills that process with SIGKILL, and returns the URL that it had. */
export const startInKilledProcess = async (server: 'postgres' | 'redis', dataDir: string): Promise<string> => {
  const script = fileURLToPath(new URL('./hold.ts', import.meta.url))
  const holder = spawn(process.execPath, [script, server, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise<string>((resolve, reject) => {
    holder.stdout.once('data', (data) => resolve(String(data)))
    holder.once('exit', () => reject(new Error(`The process holding ${server} ended before it was killed.`)))
  })
  if (!(await isListening(url))) throw new Error(`${server} did not listen before its process was killed.`)
  holder.kill('SIGKILL')
  await new Promise((resolve) => holder.once('close', resolve))
  return url
}

export const untilNotListening = async (url: string): Promise<void> => {
  await vi.waitUntil(async () => !(await isListening(url)), { timeout: stopMillisecondsMax })
}

const isListening = async (url: string): Promise<boolean> => {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** Takes a port of 127.0.0.1 until `release`. */
export const takePort = async (): Promise<{ readonly port: number; readonly release: () => Promise<void> }> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No free port on 127.0.0.1.')
  return { port: address.port, release: async () => void (await new Promise((resolve) => server.close(resolve))) }
}
