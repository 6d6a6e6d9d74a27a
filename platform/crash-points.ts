// Where a process can be made to die, for tests of what survives: right before and right after every side effect that
// others can see. Declared here in one list, so that a test can visit them all. Without CRASH_AT nothing is wrapped.
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

/** Called at each point; does not come back from the one that was asked for. */
export type Crash = (point: CrashPoint) => void

const isCrashPoint = (name: string): name is CrashPoint => crashPoints.some((point) => point === name)

/** `name:n`: at the n-th time that this process comes to that point. Throws one line for anything else. */
export const parseCrashAt = (text: string): { readonly point: CrashPoint; readonly hit: number } => {
  const [name = '', count = '1'] = text.split(':')
  const hit = Number(count)
  if (!isCrashPoint(name) || !Number.isSafeInteger(hit) || hit < 1)
    throw new Error(`CRASH_AT takes point:n, n from 1, and one of these points: ${crashPoints.join(', ')}.`)
  return { point: name, hit }
}

/** Ends the process at the point that CRASH_AT names; undefined where none is asked for. */
export const createCrash = (crashAt: string | undefined, die: () => void): Crash | undefined => {
  if (crashAt === undefined || crashAt === '') return undefined
  const { point: wanted, hit } = parseCrashAt(crashAt)
  let hits = 0
  return (point) => {
    if (point !== wanted) return
    hits += 1
    if (hits === hit) die()
  }
}

const appendPoint = (stream: string) => `append.${categoryOf(stream)}` as const

/** An event log that may die around an append. */
export const crashingLog = (log: EventLog, crash: Crash | undefined): EventLog => {
  if (crash === undefined) return log
  const at = (name: string): void => {
    if (isCrashPoint(name)) crash(name)
  }
  return {
    read: log.read,
    append: async (stream, expected, events) => {
      at(`${appendPoint(stream)}.before`)
      const result = await log.append(stream, expected, events)
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
