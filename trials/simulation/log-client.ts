import type { EventLog } from '#commands/ports.ts'
import type { RecordedEvent } from '#domain/events.ts'
import type { Follow, FollowedBatch } from '#platform/eventstore/follow-log.ts'
import type { Faults } from './faults.ts'
import { type Host, Simulated, type Trip } from './host.ts'
import type { Entry, LogServer } from './log.ts'
import type { Random } from './random.ts'

// The connection of one process to the log, with its faults.

export type Network = {
  readonly server: LogServer
  readonly host: Host
  readonly random: Random
  readonly faults: () => Faults
}

/** Entries per batch: few, so that readers are often interrupted between two batches. */
const batchMax = 20
const slowMilliseconds = 12_000
const reconnectMilliseconds = 500

export const journey = (random: Random, { networkMax }: Faults): Pick<Trip, 'there' | 'back'> => ({
  there: random.between(0, networkMax),
  back: random.between(0, networkMax),
})

const appendTrip = (random: Random, faults: Faults): Trip => {
  const { there, back } = journey(random, faults)
  const isSlow = random.chance(faults.appendSlow)
  return {
    there: isSlow ? random.below(slowMilliseconds) : there,
    back,
    lost: random.chance(faults.appendLost),
    unheard: random.chance(faults.acknowledgementLost),
    again: random.chance(faults.appendTwice) ? random.below(slowMilliseconds) : undefined,
    // Half of the calls time out; the others wait for ever.
    ...(random.chance(0.5) ? { silentAfter: random.between(1, 3_000) } : {}),
  }
}

const readable = (entry: Entry): RecordedEvent => {
  if ('problem' in entry) throw new Error(`${entry.stream} revision ${entry.revision}: ${entry.problem}`)
  return entry
}

const refused = { outcome: 'refused', reason: 'access_denied', message: 'simulated: the append is refused' } as const

export const createLogClient = ({ server, host, random, faults }: Network): EventLog => ({
  append: async (stream, expected, events) => {
    const types = events.map(({ storedType }) => storedType.slice(0, -3)).join(' ')
    const label = `append ${stream} ${expected + 1} ${types}`
    const isRefused = random.chance(faults().appendRefused)
    const serve = () => (isRefused ? refused : server.append(stream, expected, events))
    const result = await host.call(label, serve, appendTrip(random, faults()))
    const milliseconds = result.outcome === 'appended' ? server.readableIn(result.position) : 0
    // A refusal is answered at once, an append when its events are readable.
    if (milliseconds > 0)
      await new Promise<void>((resolve) => host.after(milliseconds, `is answered ${label}`, resolve))
    return result
  },
  read: async function* (stream, fromRevision) {
    const fails = random.chance(faults().readFails)
    const page = await host.call(
      `read ${stream} ${fromRevision}`,
      () => {
        if (fails) throw new Simulated('simulated: the read broke off')
        return server.read(stream, fromRevision)
      },
      journey(random, faults()),
    )
    if (page.length > 0) yield page.map(readable)
  },
})

/** A subscription that was interrupted goes on after the last batch, and counts as history until it has caught up. */
export const createFollow =
  (name: string, network: Network): Follow =>
  (after, signal) =>
    follow(name, network, after === 'start' ? 0n : after, signal)

async function* follow(
  name: string,
  { server, host, random, faults }: Network,
  from: bigint,
  signal: AbortSignal,
): AsyncGenerator<FollowedBatch> {
  const wait = (milliseconds: number, what: string): Promise<void> =>
    endingWith(signal, (done) => host.after(milliseconds, `${name} ${what}`, done))
  let position = from
  let caughtUp = false
  while (!signal.aborted) {
    const { subscriptionBroken, deliveryLateMax, deliveryTwice, networkMax } = faults()
    if (random.chance(subscriptionBroken)) {
      caughtUp = false
      await wait(reconnectMilliseconds, 'subscribes again')
    }
    const entries = server.after(position, undefined, batchMax)
    if (entries.length === 0) {
      if (caughtUp) await endingWith(signal, (done) => server.onNext(() => host.after(0, `${name} is notified`, done)))
      else yield { entries: [], position: position === 0n ? undefined : position, live: true }
      caughtUp = true
      continue
    }
    await wait(random.between(0, networkMax) + random.below(1 + deliveryLateMax), `gets ${entries.length}`)
    if (signal.aborted) return
    const before = position
    position = entries.at(-1)?.position ?? position
    yield { entries, position, live: caughtUp }
    if (random.chance(deliveryTwice)) position = before
  }
}

/** Resolves when `begin` says so, or with the signal. */
const endingWith = (signal: AbortSignal, begin: (done: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
    begin(done)
  })

/** Watches the log from now on, as an API process does. */
export const observe = async (network: Network, seen: (entry: Entry, live: boolean) => void): Promise<void> => {
  const forever = new AbortController().signal
  const end = network.server.end()
  for await (const { entries, live } of follow('observer', network, end, forever))
    for (const entry of entries) seen(entry, live)
}
