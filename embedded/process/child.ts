// Goal: a server that we start never outlives us, not even when we are killed with SIGKILL and can do nothing any more.
// Method: a shell stands between. It holds one end of a pipe whose other end only this process has; when that end
// closes, for whatever reason, the shell stops the server. So stopping is closing the pipe. The child is a session of
// its own: a Ctrl-C in the terminal reaches this process alone, which then stops its servers in the right order.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/**
 * The trap comes after the watcher: a watcher that inherits it can lose the signal that ends it. The first wait ends
 * early when a signal to the shell itself runs the trap; the second sees the server out.
 */
const watchdog = `
signal=$1; shift
"$@" 3<&- &
server=$!
{ read -r line <&3; kill -s "$signal" "$server"; } >/dev/null 2>&1 &
watcher=$!
trap 'kill -s "$signal" "$server"' HUP INT TERM
exec 3<&-
wait "$server" || wait "$server"
kill "$watcher" 2>/dev/null
`
const recentLinesMax = 50

export type ChildOptions = {
  readonly command: readonly [program: string, ...args: readonly string[]]
  /** What asks this server to stop in an orderly way. */
  readonly stopSignal: 'INT' | 'TERM'
  readonly log?: ((line: string) => void) | undefined
  /** Added to this process's own environment. */
  readonly environment?: Readonly<Record<string, string>> | undefined
}

export type Child = {
  /** Settles when the server has ended, for whatever reason. */
  readonly exited: Promise<void>
  readonly hasExited: () => boolean
  /** The last lines of its output, oldest first. */
  readonly recentLines: () => readonly string[]
  /** Asks it to stop and waits; after `waitMilliseconds` it is killed. */
  readonly stop: (waitMilliseconds: number) => Promise<void>
}

export const startChild = ({ command, stopSignal, log, environment }: ChildOptions): Child => {
  const shell = spawn('/bin/sh', ['-c', watchdog, 'sh', stopSignal, ...command], {
    detached: true,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const pipe = shell.stdio[3]
  let ended = false
  const exited = new Promise<void>((resolve) => {
    const end = (): void => {
      ended = true
      resolve()
    }
    // Not `exit`: what the server said last is still in the pipe then.
    shell.once('close', end)
    shell.once('error', end)
  })
  pipe?.on('error', () => {})

  const recent: string[] = []
  const keep = (line: string): void => {
    recent.push(line)
    if (recent.length > recentLinesMax) recent.shift()
    log?.(line)
  }
  for (const output of [shell.stdout, shell.stderr])
    if (output !== null) createInterface({ input: output }).on('line', keep)

  const stop = async (waitMilliseconds: number): Promise<void> => {
    pipe?.destroy()
    const timer = setTimeout(() => killGroup(shell.pid), waitMilliseconds)
    await exited
    clearTimeout(timer)
  }
  return { exited, hasExited: () => ended, recentLines: () => recent, stop }
}

const killGroup = (pid: number | undefined): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended between the timer and the signal.
  }
}
