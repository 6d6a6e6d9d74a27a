import type { PaymentNotice } from '#commands/payment-notice.ts'
import { ProviderOutcomeUnknown } from '#commands/payment-provider.ts'
import { NoAnswer } from '#commands/stream-writer/errors.ts'
import { type Api, startApi } from './api.ts'
import { type Host, Simulated } from './host.ts'
import { startWorkers, type WorkerProcess } from './workers.ts'
import type { SimulatedWorld } from './world.ts'

// The processes: two APIs and two workers. A killed one is started again with empty memory.

export type Fleet = {
  readonly apis: () => readonly Api[]
  readonly deliver: (notice: PaymentNotice, mustArrive: boolean) => void
  /** Webhooks that were sent and not acknowledged. */
  readonly undelivered: () => number
}

const apiProcesses = 2
const workerProcesses = 2
const acknowledgeMilliseconds = 15_000
const stalledMilliseconds = 30_000

export const startFleet = (world: SimulatedWorld, idKnown: (commandId: string, key: string) => void): Fleet => {
  const { schedule, random, faults, fail } = world
  const apis = new Map<number, Api>()
  const workers = new Map<number, WorkerProcess>()
  const jobs = new Set<string>()
  let undelivered = 0

  /**
   * The queue of wake-ups. A wake-up is a hint that may come late, twice or never. Its delay is computed with the wall clock of
   * the process that schedules it, and wake-ups of one order for the same second are one job until it is done.
   */
  const wakeUp = (host: Host, orderId: string, at: number): void => {
    const { wakeUpNever, wakeUpTwice, wakeUpLateMax } = faults()
    const job = `${orderId} ${Math.ceil(at / 1_000)}`
    if (jobs.has(job)) return
    jobs.add(job)
    const isDone = (): void => void jobs.delete(job)
    const wake = (): void => {
      const running = [...workers.values()]
      const worker = running[random.timers.below(running.length)]
      schedule.after(stalledMilliseconds, 'queue forgets', isDone)
      worker?.host.after(0, `is woken for ${orderId}`, () => void worker.drive(orderId).then(isDone))
    }
    const delay = at - host.wallClock() + random.timers.below(1 + wakeUpLateMax)
    if (!random.timers.chance(wakeUpNever)) schedule.after(delay, `queue wakes ${orderId}`, wake)
    if (random.timers.chance(wakeUpTwice)) schedule.after(delay, `queue wakes again ${orderId}`, wake)
  }

  const keep = <Process>(
    running: Map<number, Process>,
    slot: number,
    name: string,
    start: (name: string, died: () => void) => Process,
  ) => {
    let lives = 0
    const begin = (): void => {
      lives += 1
      const process = start(`${name}-${slot}.${lives}`, () => {
        running.delete(slot)
        schedule.after(1 + random.hosts.below(1 + faults().restartMax), `${name}-${slot} starts`, begin)
      })
      running.set(slot, process)
    }
    begin()
  }

  for (let slot = 0; slot < apiProcesses; slot += 1)
    keep(apis, slot, 'api', (name, died) => startApi(world.hostNamed(name, died), world, wakeUp, idKnown))
  for (let slot = 0; slot < workerProcesses; slot += 1)
    keep(workers, slot, 'worker', (name, died) => startWorkers(world.hostNamed(name, died), world, wakeUp))

  const post = (notice: PaymentNotice, acknowledged: () => void): void => {
    const api = [...apis.values()][random.webhooks.below(apis.size)]
    api?.host.after(0, `receives ${notice.eventId} ${notice.type}`, () =>
      api.receive(notice).then(acknowledged, (error: unknown) => {
        const expected =
          error instanceof NoAnswer || error instanceof Simulated || error instanceof ProviderOutcomeUnknown
        if (!expected && !String(error).includes('log time is not known')) fail(`webhook: ${String(error)}`)
      }),
    )
  }

  /** Sent until it is acknowledged. */
  const send = (notice: PaymentNotice): void => {
    let isDone = false
    undelivered += 1
    const attempt = (): void => {
      if (isDone) return
      post(notice, () => {
        if (!isDone) undelivered -= 1
        isDone = true
      })
      schedule.after(acknowledgeMilliseconds, `provider looks after ${notice.eventId}`, attempt)
    }
    schedule.after(random.webhooks.below(100 + faults().webhookLateMax), `provider sends ${notice.eventId}`, attempt)
  }

  return {
    apis: () => [...apis.values()],
    deliver: (notice, mustArrive) => {
      if (!mustArrive && random.webhooks.chance(faults().webhookLost)) return
      send(notice)
      if (random.webhooks.chance(faults().webhookTwice)) send(notice)
    },
    undelivered: () => undelivered,
  }
}
