// Goal: one Postgres per data folder. A second start is refused at once; a start right after a kill waits until the old server
// has stopped. `postmaster.pid` describes the running server: the process id, and the port and status in later lines.
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The watchdog of a killed owner has asked Postgres to stop within this time. */
const noticeMilliseconds = 2_000
/** A shutdown writes what is not on disk yet. */
const shutdownMillisecondsMax = 60_000
const pollMilliseconds = 50

/** Returns once no Postgres serves the folder; throws one line if one goes on. */
export const untilNotRunning = async (folder: string): Promise<void> => {
  const startedAt = performance.now()
  for (;;) {
    const other = await runningServer(folder)
    if (other === undefined) return
    const waitMilliseconds = other.status === 'stopping' ? shutdownMillisecondsMax : noticeMilliseconds
    if (performance.now() - startedAt > waitMilliseconds)
      throw new Error(
        `${folder} is in use by Postgres process ${other.pid}: stop the Holdfast that runs there, or type \`kill -INT ${other.pid}\`.`,
      )
    await sleep(pollMilliseconds)
  }
}

type RunningServer = { readonly pid: number; readonly status: string }

const runningServer = async (folder: string): Promise<RunningServer | undefined> => {
  const text = await readFile(path.join(folder, 'postmaster.pid'), 'utf8').catch(() => '')
  const [pidLine = '', , , portLine = '', , , , statusLine = ''] = text.split('\n')
  const pid = Number(pidLine)
  const port = Number(portLine)
  if (!(pid > 0) || !isAlive(pid)) return undefined
  // A file left by a crash may name a process id that someone else has now.
  if (!(port > 0) || !(await isListening(port)))
    return statusLine.trim() === 'stopping' ? { pid, status: 'stopping' } : undefined
  return { pid, status: statusLine.trim() }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const isListening = async (port: number): Promise<boolean> => {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const answer = (listening: boolean): void => {
      socket.destroy()
      resolve(listening)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
  })
}
