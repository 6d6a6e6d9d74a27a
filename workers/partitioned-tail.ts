import type { HeldLeases, Move } from '#platform/postgres/lease-group.ts'
import type { Held } from '#platform/postgres/leases.ts'
import { createLogTail, type Follow, type TailBatch, type Wait } from './log-tail.ts'

// Several partitions on one subscription, which begins after the lowest of their positions: the log is read and sent once
// for all of them. A partition that comes later and is behind makes the subscription begin again, after its own position;
// whatever another partition is past already is left out, so that nothing is missed and nothing handed out twice.

export type PartitionedTail = {
  /** Follows for these, and from now on for no others. One under a new token begins at the position stored with it. */
  readonly followFor: (held: HeldLeases) => Promise<void>
  /** What of the next batch its partitions have not had yet; undefined when none came within so many milliseconds. */
  readonly next: (milliseconds: number) => Promise<Pick<TailBatch, 'entries' | 'live'> | undefined>
  /** What was handed out last is done. */
  readonly done: () => void
  /** How far each partition has got since that was stored. */
  readonly moves: () => readonly Move[]
  /** These moves were stored; partitions of other moves were lost. */
  readonly stored: (moves: readonly Move[], names: ReadonlySet<string>) => void
  /** What was not stored as done is followed again. */
  readonly close: () => Promise<void>
}

export type PartitionedTailPorts = {
  readonly follow: Follow
  readonly wait: Wait
  readonly partitionOf: (stream: string) => string
}

type Partition = Held & { readonly storedPosition: bigint | undefined }

/** Undefined is before all events. */
const isBefore = (one: bigint | undefined, other: bigint | undefined): boolean =>
  other !== undefined && (one === undefined || one < other)

export const createPartitionedTail = ({ follow, wait, partitionOf }: PartitionedTailPorts): PartitionedTail => {
  const tail = createLogTail(follow, wait)
  const partitions = new Map<string, Partition>()
  /** Of the last entry that the subscription has handed out, or where it began. */
  let reached: bigint | undefined

  const close = async (): Promise<void> => {
    partitions.clear()
    await tail.close()
  }

  return {
    followFor: async (held) => {
      for (const name of partitions.keys()) if (!held.has(name)) partitions.delete(name)
      for (const [name, { token, position }] of held)
        if (partitions.get(name)?.token !== token) partitions.set(name, { token, position, storedPosition: position })
      if (partitions.size === 0) return close()
      const positions = [...partitions.values()].map(({ position }) => position)
      const lowest = positions.reduce((one, other) => (isBefore(other, one) ? other : one))
      if (tail.isOpen() && !isBefore(lowest, reached)) return
      reached = lowest
      tail.open(lowest ?? 'start')
    },
    next: async (milliseconds) => {
      const batch = await tail.next(milliseconds)
      if (batch === undefined) return undefined
      reached = batch.entries.at(-1)?.position ?? reached
      const entries = batch.entries.filter(({ stream, position }) => {
        const partition = partitions.get(partitionOf(stream))
        return partition !== undefined && isBefore(partition.position, position)
      })
      return { entries, live: batch.live }
    },
    done: () => {
      if (reached === undefined) return
      for (const [name, partition] of partitions)
        if (isBefore(partition.position, reached)) partitions.set(name, { ...partition, position: reached })
    },
    moves: () =>
      [...partitions].flatMap(([name, { token, position, storedPosition }]) =>
        position !== undefined && isBefore(storedPosition, position) ? [{ name, token, position }] : [],
      ),
    stored: (moves, names) => {
      for (const { name, position } of moves) {
        const partition = partitions.get(name)
        if (partition && names.has(name)) partitions.set(name, { ...partition, storedPosition: position })
        else partitions.delete(name)
      }
    },
    close,
  }
}
