// Goal: CPU time that each part of a stack uses. Method: Linux lists the CPU time of every process in /proc. The
// descendants of this process are the stack's, and their command lines say which part they are. Other systems have no
// figures.
import { readdirSync, readFileSync } from 'node:fs'

/** CPU seconds by part, since the parts started; empty if the system has no figures. */
export type CpuSeconds = ReadonlyMap<string, number>

export type ProcessStat = {
  readonly pid: number
  readonly parent: number
  readonly command: string
  readonly seconds: number
  /** CPU seconds of its children that have ended. */
  readonly endedSeconds: number
}

/** /proc counts in units of 1/100 s, whatever the kernel's own clock is. */
const ticksPerSecond = 100

const partPatterns: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\/bin\/sh /, 'watchdogs'],
  [/api\/main\.ts/, 'API'],
  [/checkout\/bare\/main\.ts/, 'bare checkout'],
  [/workers\/main\.ts/, 'workers'],
  [/eventstore\/main\.ts/, 'event store'],
  [/payments\/main\.ts/, 'payment simulator'],
  [/redis-server/, 'Redis'],
  [/postgres/, 'Postgres'],
]

const partOf = ({ pid, command }: ProcessStat, root: number): string =>
  pid === root ? 'benchmark client' : (partPatterns.find(([pattern]) => pattern.test(command))?.[1] ?? 'others')

const isDescendant = (stat: ProcessStat, root: number, all: ReadonlyMap<number, ProcessStat>): boolean => {
  for (let at: ProcessStat | undefined = stat; at !== undefined; at = all.get(at.parent))
    if (at.pid === root) return true
  return false
}

/** CPU seconds of the process `root` and all its descendants, by part. */
export const cpuOfTree = (stats: readonly ProcessStat[], root: number): CpuSeconds => {
  const all = new Map(stats.map((stat) => [stat.pid, stat]))
  const seconds = new Map<string, number>()
  for (const stat of stats.filter((one) => isDescendant(one, root, all))) {
    const part = partOf(stat, root)
    // Postgres serves each connection by a child process, which may have ended by now.
    const ended = part === 'Postgres' ? stat.endedSeconds : 0
    seconds.set(part, (seconds.get(part) ?? 0) + stat.seconds + ended)
  }
  return seconds
}

const statOf = (pid: string): ProcessStat | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the program's name in parentheses and may contain spaces: count the fields after it.
    const fields = text.replace(/^.*\) /s, '').split(' ')
    const ticks = (index: number): number => Number(fields[index]) / ticksPerSecond
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    const [seconds, endedSeconds] = [ticks(11) + ticks(12), ticks(13) + ticks(14)]
    return { pid: Number(pid), parent: Number(fields[1]), command, seconds, endedSeconds }
  } catch {
    // The process has ended since it was listed.
    return undefined
  }
}

/** CPU seconds of this process and all its descendants, by part. */
export const cpuByPart = (): CpuSeconds => {
  if (process.platform !== 'linux') return new Map()
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
  return cpuOfTree(
    stats.filter((stat) => stat !== undefined),
    process.pid,
  )
}

/** CPU milliseconds per order used between two readings, largest first. Parts that used none are left out. */
export const cpuPerOrder = (before: CpuSeconds, after: CpuSeconds, orders: number): ReadonlyMap<string, number> => {
  const used = [...after].map(
    ([part, seconds]) => [part, ((seconds - (before.get(part) ?? 0)) * 1_000) / orders] as const,
  )
  return new Map(used.filter(([, milliseconds]) => milliseconds > 0).sort(([, one], [, other]) => other - one))
}

export const printCpu = (title: string, perOrder: ReadonlyMap<string, number>): void => {
  if (perOrder.size === 0) return
  const total = [...perOrder.values()].reduce((sum, milliseconds) => sum + milliseconds, 0)
  const rows = [...perOrder, ['all processes', total] as const]
  const head = 'CPU ms per order'
  const width = Math.max(...rows.map(([part]) => part.length), title.length)
  console.log(`\n${title.padEnd(width)}  ${head}`)
  for (const [part, milliseconds] of rows)
    console.log(`${part.padEnd(width)}  ${milliseconds.toFixed(2).padStart(head.length)}`)
}
