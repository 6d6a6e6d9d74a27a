// The embedded Redis: cache, rate limits and queue on 127.0.0.1 alone, for as long as this process lives. It never
// holds the truth, so a machine without it still runs everything.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from '../process/child.ts'
import { freePort } from '../process/ports.ts'
import { redisBinary, thisMachine } from './binary.ts'
import { ask, rememberPort, untilNotRunning } from './running.ts'

/** Loading an append-only file of some gigabytes takes that long. */
const startMillisecondsMax = 60_000
const stopMillisecondsMax = 10_000
const pollMilliseconds = 20
const attemptsMax = 5

export type RedisOptions = {
  /** Holds the append-only file; made on the first start. */
  readonly dataDir: string
  /** 0 picks a free one. */
  readonly port: number
  /** How many numbered databases there are (default 16). */
  readonly databases?: number
  readonly log?: (line: string) => void
}

export type Redis = {
  readonly url: string
  readonly port: number
  /** Settles when the server has ended, also when nobody asked it to. */
  readonly exited: Promise<void>
  readonly stop: () => Promise<void>
}

/** `unavailable` is one line for people: what is slower without it, and what to type. */
export type RedisUnavailable = { readonly unavailable: string }

export const startRedis = async (options: RedisOptions, machine = thisMachine()): Promise<Redis | RedisUnavailable> => {
  const binary = await redisBinary(machine)
  if ('unavailable' in binary) return binary
  const dataDir = path.resolve(options.dataDir)
  await mkdir(dataDir, { recursive: true })
  await untilNotRunning(dataDir)
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port === 0 ? await freePort() : options.port
    const command = [binary.program, ...redisArguments({ dataDir, port, databases: options.databases ?? 16 })] as const
    const child = startChild({ command, stopSignal: 'TERM', log: options.log })
    if (await accepts(port, child)) {
      await rememberPort(dataDir, port)
      return {
        url: `redis://127.0.0.1:${port}`,
        port,
        exited: child.exited,
        stop: () => child.stop(stopMillisecondsMax),
      }
    }
    const output = child.recentLines().join('\n')
    if (!isPortTaken(output)) throw new Error(`Redis did not start: ${child.recentLines().at(-1) ?? 'it said nothing'}`)
    if (options.port !== 0 || attempt === attemptsMax)
      throw new Error(`Port ${port} on 127.0.0.1 is taken: choose another for Redis, or 0 for a free one.`)
  }
}

type Arguments = { readonly dataDir: string; readonly port: number; readonly databases: number }

const redisArguments = ({ dataDir, port, databases }: Arguments): readonly string[] => {
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    dir: dataDir,
    databases: String(databases),
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    // Evicting a key would lose a queued job; what is cached has a time to live and a budget of its own.
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
  }
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
}

/** True once the server answers, false when it has ended instead. */
const accepts = async (port: number, child: Child): Promise<boolean> => {
  const startedAt = performance.now()
  while (!child.hasExited()) {
    // Its password distinguishes it from another Redis on the same port.
    if (
      child.recentLines().some((line) => /ready to accept connections/i.test(line)) &&
      (await ask(port, 'PING')).startsWith('+PONG')
    )
      return !child.hasExited()
    if (performance.now() - startedAt > startMillisecondsMax) {
      await child.stop(stopMillisecondsMax)
      throw new Error(`Redis did not accept connections within ${startMillisecondsMax / 1000} s.`)
    }
    await Promise.race([sleep(pollMilliseconds), child.exited])
  }
  return false
}

const isPortTaken = (output: string): boolean => {
  return /Address already in use/i.test(output)
}
