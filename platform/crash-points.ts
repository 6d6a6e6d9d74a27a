// Where a process can be made to die, or to stop until somebody wakes it, for tests of what survives: right before and right
// after every side effect that others can see. Declared here in one list, so that a test can visit them all. Without CRASH_AT
// and PAUSE_AT nothing is wrapped.
import type { PaymentProvider } from '#commands/payment-provider.ts'
import type { EventLog } from '#commands/ports.ts'
import { categoryOf } from '#domain/streams.ts'
import type { ProjectionStore } from '#projections/ports.ts'

const around = <const Name extends string>(...names: readonly Name[]) =>
  names.flatMap((name) => [`${name}.before`, `${name}.after`] as const)

const providerCalls = [
  'createIntent',
  'findIntent',
  'readIntent',
  'confirmIntent',
  'captureIntent',
  'voidIntent',
  'refund',
  'findRefund',
  'readRefund',
  'readDispute',
] as const satisfies ReadonlyArray<keyof PaymentProvider>

/** Every declared point. `append.<category>`: an append to a stream of that category. */
export const crashPoints = [
  'http.received',
  'http.replying',
  ...around('append.stock', 'append.order', 'append.product', 'append.provider', 'append.clock'),
  ...around(...providerCalls.map((call) => `provider.${call}` as const)),
  ...around('projection.commit'),
] as const
export type CrashPoint = (typeof crashPoints)[number]

/**
 * Called at each point. Does not come back from the one that CRASH_AT names; comes back from the one that PAUSE_AT names
 * once the process has been woken, and answers true there alone.
 */
export type Crash = (point: CrashPoint) => boolean

const isCrashPoint = (name: string): name is CrashPoint => crashPoints.some((point) => point === name)

export type CrashMoment = { readonly point: CrashPoint; readonly hit: number }

/** `point:n`: the n-th time that this process comes to that point. Throws one line for anything else. */
export const parseCrashMoment = (variable: string, text: string): CrashMoment => {
  const [name = '', count = '1'] = text.split(':')
  const hit = Number(count)
  if (!isCrashPoint(name) || !Number.isSafeInteger(hit) || hit < 1)
    throw new Error(`${variable} takes point:n, n from 1, and one of these points: ${crashPoints.join(', ')}.`)
  return { point: name, hit }
}

const signals = { CRASH_AT: 'SIGKILL', PAUSE_AT: 'SIGSTOP' } as const
type Variable = keyof typeof signals
type Signal = (typeof signals)[Variable]

/** Says each time whether the moment has come. */
const momentOf = (variable: Variable, text: string | undefined): ((point: CrashPoint) => boolean) => {
  if (text === undefined || text === '') return () => false
  const wanted = parseCrashMoment(variable, text)
  let hits = 0
  return (point) => {
    if (point !== wanted.point) return false
    hits += 1
    return hits === wanted.hit
  }
}

/**
 * Sends this process the signal that CRASH_AT or PAUSE_AT asks for, at the moment that it names; undefined where neither
 * asks for anything. A signal to oneself acts before the call that sends it comes back.
 */
export const createCrash = (
  environment: Readonly<Partial<Record<Variable, string>>>,
  signal: (name: Signal) => void,
): Crash | undefined => {
  const { CRASH_AT, PAUSE_AT } = environment
  if (!CRASH_AT && !PAUSE_AT) return undefined
  const isCrash = momentOf('CRASH_AT', CRASH_AT)
  const isPause = momentOf('PAUSE_AT', PAUSE_AT)
  return (point) => {
    if (isCrash(point)) signal(signals.CRASH_AT)
    if (!isPause(point)) return false
    signal(signals.PAUSE_AT)
    return true
  }
}

const appendPoint = (stream: string) => `append.${categoryOf(stream)}` as const

/**
 * An event log that may crash or pause around an append. It reports the result of an append that was delayed by a pause,
 * because the test that paused the process checks whether it was refused.
 */
export const crashingLog = (log: EventLog, crash: Crash | undefined, tell: (line: string) => void): EventLog => {
  if (crash === undefined) return log
  const at = (name: string): boolean => isCrashPoint(name) && crash(name)
  let heldBack: string | undefined
  return {
    read: log.read,
    append: async (stream, expected, events) => {
      const append = `${stream} after revision ${expected}`
      if (at(`${appendPoint(stream)}.before`)) heldBack = append
      const result = await log.append(stream, expected, events)
      // Also where the first try was lost, as the connection may be after a pause, and the same was sent again.
      if (append === heldBack) tell(`the append to ${append}, held back by a pause: ${result.outcome}`)
      at(`${appendPoint(stream)}.after`)
      return result
    },
  }
}

/** A provider that may die around any of its calls. */
export const crashingProvider = (provider: PaymentProvider, crash: Crash | undefined): PaymentProvider => {
  if (crash === undefined) return provider
  const wrapped = <Wanted, Found>(
    name: (typeof providerCalls)[number],
    call: (wanted: Wanted) => Promise<Found>,
  ): ((wanted: Wanted) => Promise<Found>) => {
    return async (wanted) => {
      crash(`provider.${name}.before`)
      const found = await call(wanted)
      crash(`provider.${name}.after`)
      return found
    }
  }
  return {
    name: provider.name,
    kindOfNotice: provider.kindOfNotice,
    createIntent: wrapped('createIntent', provider.createIntent),
    findIntent: wrapped('findIntent', provider.findIntent),
    readIntent: wrapped('readIntent', provider.readIntent),
    confirmIntent: wrapped('confirmIntent', provider.confirmIntent),
    captureIntent: wrapped('captureIntent', provider.captureIntent),
    voidIntent: wrapped('voidIntent', provider.voidIntent),
    refund: wrapped('refund', provider.refund),
    findRefund: wrapped('findRefund', provider.findRefund),
    readRefund: wrapped('readRefund', provider.readRefund),
    readDispute: wrapped('readDispute', provider.readDispute),
  }
}

/** A store of read models that may die around a commit. */
export const crashingStore = (store: ProjectionStore, crash: Crash | undefined): ProjectionStore => {
  if (crash === undefined) return store
  return {
    load: store.load,
    commit: async (commit) => {
      crash('projection.commit.before')
      const outcome = await store.commit(commit)
      crash('projection.commit.after')
      return outcome
    },
  }
}
