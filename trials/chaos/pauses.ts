import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { untilReady } from '#stack/until-ready.ts'
import { eventually } from '../shop/eventually.ts'
import { killRunning } from './kills.ts'
import type { ChaosStage } from './world.ts'

// A process that stops itself at exactly one moment of its work, by PAUSE_AT, and is woken when others have gone on without
// it. Everything is known of such a pause: what was about to be written, who wrote instead, and what became of the first.

const isStopped = (pid: number): boolean => /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))

const readyMilliseconds = 60_000

/** Starts a part anew with these variables, this time alone; an API is ready for commands then. */
export const restartWith = async (
  world: ChaosStage,
  part: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> => {
  world.onStart(part, () => variables)
  await killRunning(world, part)
  world.onStart(part, () => ({}))
  const [, index] = /^api-(\d+)$/.exec(part) ?? []
  const url = world.stack.addresses.apiUrls[Number(index) - 1]
  if (url !== undefined) await untilReady(url, AbortSignal.timeout(readyMilliseconds))
}

/** Waits until the part has stopped itself, lets others work for so long at least, and wakes it whatever they came to. */
export const whilePaused = async <Found>(
  { stack }: ChaosStage,
  part: string,
  milliseconds: number,
  others: () => Promise<Found>,
): Promise<Found> => {
  const pid = stack.parts.get(part)?.current().pid ?? 0
  await eventually(async () => isStopped(pid), Boolean)
  try {
    const [found] = await Promise.all([others(), sleep(milliseconds)])
    return found
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}

export type HeldBack = { readonly stream: string; readonly outcome: string }

/** What became of the append that a pause of this part held back, by its own log; undefined where it was never sent. */
export const heldBackAppend = async ({ stack }: ChaosStage, part: string): Promise<HeldBack | undefined> => {
  const pid = stack.parts.get(part)?.current().pid ?? 0
  const told = (): HeldBack | undefined => {
    const lines = readFileSync(path.join(stack.dataDir, 'logs', `${part}.log`), 'utf8').split('\n')
    const line = lines.findLast((one) => one.includes(`"pid":${pid},`) && one.includes('held back by a pause')) ?? ''
    const [, stream, outcome] = /the append to (\S+) after revision -?\w+, held back by a pause: (\w+)/.exec(line) ?? []
    return stream === undefined || outcome === undefined ? undefined : { stream, outcome }
  }
  return eventually(async () => told(), Boolean).catch(() => undefined)
}
