import type { Follow, FollowedBatch } from '#platform/eventstore/follow-log.ts'

export type Wait = (milliseconds: number) => Promise<void>

/** A subscription from which a step takes batches, with a timeout if there are none. */
export type LogTail = {
  readonly isOpen: () => boolean
  /** Ends the open subscription, if any, and starts another. */
  readonly open: (after: bigint | 'start') => void
  /** The next batch; undefined if none came within this time. */
  readonly next: (milliseconds: number) => Promise<FollowedBatch | undefined>
  /** Resolves after the subscription has ended. */
  readonly close: () => Promise<void>
}

type Open = { readonly controller: AbortController; readonly batches: AsyncGenerator<FollowedBatch> }

export const createLogTail = (follow: Follow, wait: Wait): LogTail => {
  let opened: Open | undefined
  /** The pending batch: a call after a timeout waits for the same one. */
  let asked: Promise<IteratorResult<FollowedBatch>> | undefined

  const close = async (): Promise<void> => {
    const ending = opened
    opened = undefined
    asked = undefined
    ending?.controller.abort()
    // A generator that is not waiting for a batch does not see the signal.
    await ending?.batches.return(undefined)
  }

  const ask = ({ batches }: Open): Promise<IteratorResult<FollowedBatch>> => {
    const batch = batches.next()
    // A later call handles the rejection, or none does; it must not end the process as unhandled.
    batch.catch(() => undefined)
    return batch
  }

  return {
    isOpen: () => opened !== undefined,
    open: (after) => {
      void close()
      const controller = new AbortController()
      opened = { controller, batches: follow(after, controller.signal) }
    },
    next: async (milliseconds) => {
      if (opened === undefined) return undefined
      asked ??= ask(opened)
      const result = await Promise.race([asked, wait(milliseconds)])
      if (!result) return undefined
      asked = undefined
      if (result.done) throw new Error('the log is no longer followed')
      return result.value
    },
    close,
  }
}
