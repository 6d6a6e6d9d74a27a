import type { Instant } from '#domain/values/instant.ts'
import type { Follow } from '#platform/eventstore/follow-log.ts'
import type { ProjectionStatus, Projector } from '#projections/projector.ts'
import { createLogTail, type Wait } from './log-tail.ts'
import type { Worker } from './worker.ts'

// One subscription feeds the projector of all read models, starting from the one that is furthest behind. Several hosts can
// run at once: each checkpoint moves once, and the slower host loads again. Live deliveries also give this process the log
// time.

export type ProjectorHostPorts = {
  readonly projector: Projector
  readonly follow: Follow
  readonly wait: Wait
  /** Called for each live event, with the event store's own time of it. */
  readonly observe: (created: Instant) => void
}

type ProjectionLag = ProjectionStatus & {
  /** Distance in log positions to the last event that this host received; undefined before it received any. */
  readonly behind: bigint | undefined
}

export type ProjectorHost = Worker & {
  readonly status: () => {
    /** Whether the end of the log was reached, so events come as they are written. */
    readonly live: boolean
    readonly projections: readonly ProjectionLag[]
  }
}

/** How long a step waits for events. Skipped events must reach the checkpoint within a second, on an idle log too. */
const batchMilliseconds = 250

/**
 * Under load, events are gathered for a moment: each batch costs one transaction for each read model, and a row that
 * several events change is written once. That leaves more processor time to the commands.
 */
const rushEntries = 50
const gatherMilliseconds = 400
/** After a batch as large as a subscription delivers at once, the next one is waiting already. */
const largeEntries = 2_000

export const createProjectorHost = ({ projector, follow, wait, observe }: ProjectorHostPorts): ProjectorHost => {
  const tail = createLogTail(follow, wait)
  let live = false
  let latest: bigint | undefined

  const step = async (): Promise<'worked' | 'idle'> => {
    if (!tail.isOpen()) tail.open((await projector.start()) ?? 'start')
    const batch = await tail.next(batchMilliseconds)
    if (batch) {
      live = batch.live
      latest = batch.position ?? latest
      if (live) for (const { created } of batch.entries) observe(created)
      projector.accept(batch)
    }
    const outcome = await projector.step()
    const received = batch?.live ? batch.entries.length : 0
    if (received >= rushEntries && received < largeEntries) await wait(gatherMilliseconds)
    return outcome
  }

  const restart = (): Promise<void> => {
    live = false
    return tail.close()
  }

  return {
    name: 'projector',
    // Waiting for a batch is the pause between steps.
    idleMilliseconds: 0,
    step: async () => {
      try {
        return await step()
      } catch (error) {
        // The next step starts again from the checkpoints.
        await restart()
        throw error
      }
    },
    close: restart,
    status: () => ({
      live,
      projections: projector.status().map((status) => ({
        ...status,
        behind: latest === undefined ? undefined : distance(status.position ?? 0n, latest),
      })),
    }),
  }
}

const distance = (from: bigint, to: bigint): bigint => (to > from ? to - from : 0n)
