import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '../shop/eventually.ts'
import { killProcess } from '../shop/kill.ts'
import type { Run } from './run.ts'
import type { ChaosStage } from './world.ts'

const successMillisecondsMax = 90_000

/** Rejects where nobody succeeds any more. The world's load has to be running. */
export const untilServing = async (world: ChaosStage): Promise<void> => {
  const late = sleep(successMillisecondsMax, 'late' as const, { ref: false })
  if ((await Promise.race([world.nextSuccess(), late])) === 'late')
    throw new Error(`no request has succeeded for ${successMillisecondsMax / 1_000} s`)
}

const isAlive = (pid: number | undefined): boolean => {
  try {
    return pid !== undefined && process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Kills one of our own processes by SIGKILL, once it runs, and waits until it is back. */
export const killRunning = async (world: ChaosStage, part: string): Promise<void> => {
  await untilRunning(world, part)
  await killProcess(world.stack, part)
}

/** A part that has just died is known by its old process until it is back. */
export const untilRunning = ({ stack }: ChaosStage, part: string): Promise<number> =>
  eventually(
    async () => stack.parts.get(part)?.current().pid ?? 0,
    (pid) => pid !== 0 && isAlive(pid),
  )

/** Kills one part, and waits until it is back and the shop sells again. The world's load has to be running. */
export const killAndWait = async (
  { world, recoveries }: Pick<Run, 'world' | 'recoveries'>,
  kill: () => Promise<void>,
): Promise<void> => {
  const killedAt = performance.now()
  await kill()
  recoveries.killed()
  await untilServing(world)
  recoveries.add(performance.now() - killedAt)
}

/** Stops a process for a while, as a machine that hangs or a laptop that sleeps does. */
export const pauseProcess = async (world: ChaosStage, part: string, milliseconds: number): Promise<void> => {
  const pid = await untilRunning(world, part)
  process.kill(pid, 'SIGSTOP')
  try {
    await sleep(milliseconds)
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}
