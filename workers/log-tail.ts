import type { RecordedEvent } from '#domain/events.ts'
import type { UnreadableEvent } from '#platform/eventstore/recorded-event.ts'

/** As `followLog` of the platform hands them out. */
export type TailBatch = {
  readonly entries: ReadonlyArray<RecordedEvent | UnreadableEvent>
  readonly position: bigint | undefined
  readonly live: boolean
}

/** A subscription that begins after a position and ends with the signal. */
export type Follow = (after: bigint | 'start', signal: AbortSignal) => AsyncGenerator<TailBatch>
export type Wait = (milliseconds: number) => Promise<void>

/** A subscription that a step takes batches from, and is not held up by when there are none. */
export type LogTail = {
  readonly isOpen: () => boolean
  /** Ends the subscription before, if any, and begins another. */
  readonly open: (after: bigint | 'start') => void
  /** The next batch; undefined when none came within so many milliseconds. */
  readonly next: (milliseconds: number) => Promise<TailBatch | undefined>
  /** Resolves when the subscription has ended. */
  readonly close: () => Promise<void>
}

type Open = { readonly controller: AbortController; readonly batches: AsyncGenerator<TailBatch> }

export const createLogTail = (follow: Follow, wait: Wait): LogTail => {
  let opened: Open | undefined
  /** A batch that was asked for and has not come yet; the next step goes on waiting for it. */
  let asked: Promise<IteratorResult<TailBatch>> | undefined

  const close = async (): Promise<void> => {
    const ending = opened
    opened = undefined
    asked = undefined
    ending?.controller.abort()
    // Handed out its last batch and not asked since, a subscription does not hear the signal.
    await ending?.batches.return(undefined)
  }

  const ask = ({ batches }: Open): Promise<IteratorResult<TailBatch>> => {
    const batch = batches.next()
    // It is looked at by a later step, or by none: it must not end the process meanwhile.
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
