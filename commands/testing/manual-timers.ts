import type { Timers } from '../ports.ts'

export type ManualTimers = Timers & {
  /** Advances the time, runs all timers that are due in order, and lets what follows from them settle. */
  readonly advance: (milliseconds: number) => Promise<void>
}

const turnsToSettle = 20

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < turnsToSettle; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** Timers on a clock that only the test advances. */
export const createManualTimers = (): ManualTimers => {
  let now = 0
  let waiting: { readonly due: number; readonly run: () => void }[] = []
  return {
    monotonic: () => now,
    soon: (run) => void setImmediate(run),
    after: (milliseconds, run) => {
      const timer = { due: now + milliseconds, run }
      waiting.push(timer)
      return () => {
        waiting = waiting.filter((other) => other !== timer)
      }
    },
    advance: async (milliseconds) => {
      await settle()
      const end = now + milliseconds
      for (;;) {
        const next = waiting.filter(({ due }) => due <= end).sort((left, right) => left.due - right.due)[0]
        if (next === undefined) break
        waiting = waiting.filter((timer) => timer !== next)
        now = next.due
        next.run()
        await settle()
      }
      now = end
      await settle()
    },
  }
}
