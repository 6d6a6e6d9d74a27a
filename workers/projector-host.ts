import type { Instant } from '#domain/values/instant.ts'
import type { ProjectionStatus, Projector } from '#projections/projector.ts'
import { createLogTail, type Follow, type Wait } from './log-tail.ts'
import type { Worker } from './worker.ts'

// One subscription feeds the projector of all read models, from the one that is furthest behind. Several hosts may run at
// once: a checkpoint moves once, and who was slower loads again. Live deliveries also tell this process the log's time.

export type ProjectorHostPorts = {
  readonly projector: Projector
  readonly follow: Follow
  readonly wait: Wait
  /** A live delivery: when the log stamped it. */
  readonly observe: (created: Instant) => void
}

export type ProjectionLag = ProjectionStatus & {
  /** Distance in log positions to what this host was handed last; undefined before it was handed anything. */
  readonly behind: bigint | undefined
}

export type ProjectorHost = Worker & {
  readonly status: () => {
    /** The end of history was reached; what comes now comes as it is written. */
    readonly live: boolean
    readonly projections: readonly ProjectionLag[]
  }
}

/** So long a step waits for events: passed-over ones have to be checkpointed within a second, on an idle log too. */
const batchMilliseconds = 250

/**
 * In a rush events are gathered for a moment: a batch costs a transaction for each read model, whatever its size, and a row
 * that several of its events change is written once. The shoppers of the rush need that time more than its readers do.
 */
const rushEntries = 50
const gatherMilliseconds = 400
/** After a batch as large as the subscription hands out, the next one is waiting already. */
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
    const taken = batch?.live ? batch.entries.length : 0
    if (taken >= rushEntries && taken < largeEntries) await wait(gatherMilliseconds)
    return outcome
  }

  const restart = (): Promise<void> => {
    live = false
    return tail.close()
  }

  return {
    name: 'projector',
    // The wait for a batch is the pause between steps.
    idleMilliseconds: 0,
    step: async () => {
      try {
        return await step()
      } catch (error) {
        // What was read and not stored is read again: the next step begins from the checkpoints.
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
