import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { untilReady } from '#stack/until-ready.ts'
import { eventually } from '../shop/retry.ts'
import type { ChaosHarness } from './harness.ts'
import { killRunning } from './kills.ts'
import { readProcessLog } from './process-log.ts'

// Pauses at an exact moment: a process is started with PAUSE_AT, stops itself there, and is resumed when others have gone on
// without it. So it is known what it was about to append, who appended instead, and what became of its append.

const isStopped = (pid: number): boolean => /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))

const readyMillisecondsMax = 60_000

/** Restarts a part with these variables, for this start only. Waits until it runs; if it is an API, until it is ready. */
export const restartWith = async (
  harness: ChaosHarness,
  part: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> => {
  harness.onStart(part, () => variables)
  await killRunning(harness, part)
  harness.onStart(part, () => ({}))
  const [, index] = /^api-(\d+)$/.exec(part) ?? []
  const url = harness.stack.addresses.apiUrls[Number(index) - 1]
  if (url !== undefined) await untilReady(url, AbortSignal.timeout(readyMillisecondsMax))
}

/**
 * Waits until the part has stopped itself, then runs `others` and waits at least `milliseconds`. Resumes the part afterwards,
 * also if `others` rejects.
 */
export const whilePaused = async <Result>(
  { stack }: ChaosHarness,
  part: string,
  milliseconds: number,
  others: () => Promise<Result>,
): Promise<Result> => {
  const pid = stack.parts.get(part)?.current().pid ?? 0
  await eventually(async () => isStopped(pid), Boolean)
  try {
    const [result] = await Promise.all([others(), sleep(milliseconds)])
    return result
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}

export type DelayedAppend = { readonly stream: string; readonly outcome: string }

/** The append that a pause of this part delayed, and its outcome, from the part's own log; undefined if it was never sent. */
export const delayedAppend = async ({ stack }: ChaosHarness, part: string): Promise<DelayedAppend | undefined> => {
  const pid = stack.parts.get(part)?.current().pid ?? 0
  const logged = (): DelayedAppend | undefined => {
    const lines = readProcessLog(stack, part).split('\n')
    const line = lines.findLast((one) => one.includes(`"pid":${pid},`) && one.includes('held back by a pause')) ?? ''
    const [, stream, outcome] = /the append to (\S+) after revision -?\w+, held back by a pause: (\w+)/.exec(line) ?? []
    return stream === undefined || outcome === undefined ? undefined : { stream, outcome }
  }
  return eventually(async () => logged(), Boolean).catch(() => undefined)
}
