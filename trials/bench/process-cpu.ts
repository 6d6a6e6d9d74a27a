// Goal: what each process of a stack spends. Method: Linux tells the processor time of every process; those that descend
// from this one are the stack's, and their command lines say which part they are. Elsewhere nothing is told.
import { readdirSync, readFileSync } from 'node:fs'

/** Processor seconds by part since the parts started; empty where the system does not tell. */
export type CpuSeconds = ReadonlyMap<string, number>

export type ProcessStat = {
  readonly pid: number
  readonly parent: number
  readonly command: string
  readonly seconds: number
  /** Of children that have ended. */
  readonly endedSeconds: number
}

/** `/proc` counts in these, whatever the kernel's own clock is. */
const ticksPerSecond = 100

const parts: ReadonlyArray<readonly [RegExp, string]> = [
  [/^\/bin\/sh /, 'watchdogs'],
  [/api\/main\.ts/, 'API'],
  [/bench-bare-checkout\.ts/, 'bare checkout'],
  [/workers\/main\.ts/, 'workers'],
  [/eventstore\/main\.ts/, 'event store'],
  [/payments\/main\.ts/, 'payment simulator'],
  [/redis-server/, 'Redis'],
  [/postgres/, 'Postgres'],
]

const partOf = ({ pid, command }: ProcessStat, root: number): string =>
  pid === root ? 'this driver' : (parts.find(([pattern]) => pattern.test(command))?.[1] ?? 'others')

const isOfTree = (stat: ProcessStat, root: number, all: ReadonlyMap<number, ProcessStat>): boolean => {
  for (let at: ProcessStat | undefined = stat; at !== undefined; at = all.get(at.parent))
    if (at.pid === root) return true
  return false
}

/** Sums what the process `root` and all that descend from it have used, by part. */
export const cpuOfTree = (stats: readonly ProcessStat[], root: number): CpuSeconds => {
  const all = new Map(stats.map((stat) => [stat.pid, stat]))
  const seconds = new Map<string, number>()
  for (const stat of stats.filter((one) => isOfTree(one, root, all))) {
    const part = partOf(stat, root)
    // A database serves each connection by a child, which may be gone by now.
    const ended = part === 'Postgres' ? stat.endedSeconds : 0
    seconds.set(part, (seconds.get(part) ?? 0) + stat.seconds + ended)
  }
  return seconds
}

const statOf = (pid: string): ProcessStat | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the program's name in parentheses, and may hold spaces: what follows it is counted from there.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = (index: number): number => Number(fields[index]) / ticksPerSecond
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    const [seconds, endedSeconds] = [ticks(11) + ticks(12), ticks(13) + ticks(14)]
    return { pid: Number(pid), parent: Number(fields[1]), command, seconds, endedSeconds }
  } catch {
    // It has ended since it was listed.
    return undefined
  }
}

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

/** Milliseconds of processor time an order between two looks, most first. */
export const cpuPerOrder = (before: CpuSeconds, after: CpuSeconds, orders: number): ReadonlyMap<string, number> => {
  const used = [...after].map(
    ([part, seconds]) => [part, ((seconds - (before.get(part) ?? 0)) * 1_000) / orders] as const,
  )
  return new Map(used.filter(([, spent]) => spent > 0).sort(([, one], [, other]) => other - one))
}

export const printCpu = (title: string, spent: ReadonlyMap<string, number>): void => {
  if (spent.size === 0) return
  const all = [...spent, ['all', [...spent.values()].reduce((sum, one) => sum + one, 0)] as const]
  const width = Math.max(...all.map(([part]) => part.length), title.length)
  console.log(`\n${title.padEnd(width)}  CPU ms an order`)
  for (const [part, milliseconds] of all) console.log(`${part.padEnd(width)}  ${milliseconds.toFixed(2).padStart(15)}`)
}
