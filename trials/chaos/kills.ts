import { setTimeout as sleep } from 'node:timers/promises'
import { killProcess } from '../shop/kill.ts'
import { eventually } from '../shop/retry.ts'
import type { ChaosHarness } from './harness.ts'
import type { ChaosRun } from './run.ts'

const successMillisecondsMax = 90_000

/** Waits for the next successful request. Rejects if there is none for too long. A load has to be running. */
export const untilServing = async (harness: ChaosHarness): Promise<void> => {
  const late = sleep(successMillisecondsMax, 'late' as const, { ref: false })
  if ((await Promise.race([harness.nextSuccess(), late])) === 'late')
    throw new Error(`no request has succeeded for ${successMillisecondsMax / 1_000} s`)
}

const isAlive = (pid: number | undefined): boolean => {
  try {
    return pid !== undefined && process.kill(pid, 0)
  } catch {
    return false
  }
}

/**
 * Waits until a part runs and resolves with its process id. A part that has just died still names its old process until it is
 * started again, so the process also has to be alive.
 */
export const untilRunning = ({ stack }: ChaosHarness, part: string): Promise<number> =>
  eventually(
    async () => stack.parts.get(part)?.current().pid ?? 0,
    (pid) => pid !== 0 && isAlive(pid),
  )

/** Waits until a part runs, kills it with SIGKILL, and waits until it is started again. */
export const killRunning = async (harness: ChaosHarness, part: string): Promise<void> => {
  await untilRunning(harness, part)
  await killProcess(harness.stack, part)
}

/**
 * Runs `kill`, which has to wait for the restart, and waits until a request succeeds again. Counts the kill and the recovery.
 * A load has to be running.
 */
export const killAndWait = async (
  { harness, recoveries }: Pick<ChaosRun, 'harness' | 'recoveries'>,
  kill: () => Promise<void>,
): Promise<void> => {
  const killedAt = performance.now()
  await kill()
  recoveries.killed()
  await untilServing(harness)
  recoveries.add(performance.now() - killedAt)
}

/** Stops a process (SIGSTOP) for a while, like a machine that hangs or a laptop that sleeps. */
export const pauseProcess = async (harness: ChaosHarness, part: string, milliseconds: number): Promise<void> => {
  const pid = await untilRunning(harness, part)
  process.kill(pid, 'SIGSTOP')
  try {
    await sleep(milliseconds)
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}
