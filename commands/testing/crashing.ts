import type { Outside } from './memory-platform.ts'

// A process that dies at one of its calls to the outside. Nothing of it runs after that: it gets no answer, runs no catch
// block and makes no further call. Only the effects of its earlier calls stay.

export type CrashCall = { readonly call: number; readonly when: 'before' | 'after' }

export type CrashingOutside = Outside & {
  /** Resolves when the process has died. */
  readonly crashed: Promise<'crashed'>
}

const never = <T>(): Promise<T> => new Promise(() => undefined)

/** Where it dies: before or after the call with this number (from 1) is done. */
export const crashingOutside = ({ log, provider, timers }: Outside, point: CrashCall): CrashingOutside => {
  const { promise: crashed, resolve } = Promise.withResolvers<'crashed'>()
  let calls = 0
  let isDead = false
  const die = <T>(): Promise<T> => {
    isDead = true
    resolve('crashed')
    return never()
  }
  const call = async <T>(run: () => Promise<T>): Promise<T> => {
    if (isDead) return never()
    calls += 1
    const isThis = calls === point.call
    if (isThis && point.when === 'before') return die()
    const answer = await run()
    if (isThis) return die()
    return isDead ? never() : answer
  }
  const unlessDead = (run: () => void) => (): void => {
    if (!isDead) run()
  }
  return {
    crashed,
    timers: {
      monotonic: timers.monotonic,
      soon: (run) => timers.soon(unlessDead(run)),
      after: (milliseconds, run) => timers.after(milliseconds, unlessDead(run)),
    },
    log: {
      append: (...asked) => call(() => log.append(...asked)),
      read: async function* (...asked) {
        // A read counts as one call: dying after some of its pages is the same as dying before all of them.
        yield* await call(async () => log.read(...asked))
      },
    },
    provider: {
      name: provider.name,
      kindOfNotice: provider.kindOfNotice,
      createIntent: (asked) => call(() => provider.createIntent(asked)),
      findIntent: (asked) => call(() => provider.findIntent(asked)),
      readIntent: (asked) => call(() => provider.readIntent(asked)),
      confirmIntent: (asked) => call(() => provider.confirmIntent(asked)),
      captureIntent: (asked) => call(() => provider.captureIntent(asked)),
      voidIntent: (asked) => call(() => provider.voidIntent(asked)),
      refund: (asked) => call(() => provider.refund(asked)),
      findRefund: (asked) => call(() => provider.findRefund(asked)),
      readRefund: (asked) => call(() => provider.readRefund(asked)),
      readDispute: (asked) => call(() => provider.readDispute(asked)),
    },
  }
}
