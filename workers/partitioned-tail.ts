import type { Follow, FollowedBatch } from '#platform/eventstore/follow-log.ts'
import type { HeldLeases, Move } from '#platform/postgres/lease-group.ts'
import type { HeldLease } from '#platform/postgres/leases.ts'
import { createLogTail, type Wait } from './log-tail.ts'

// Several partitions share one subscription, which starts after the lowest of their positions, so the log is read and sent
// once for all of them. If a partition that is behind joins later, the subscription starts again after that partition's
// position. Events that a partition has had already are left out, so none is missed and none comes twice.

export type PartitionedTail = {
  /** Sets the partitions to follow. A partition with a new token begins at the position stored with it. */
  readonly followFor: (held: HeldLeases) => Promise<void>
  /** The entries of the next batch that its partitions have not had; undefined if no batch came within this time. */
  readonly next: (milliseconds: number) => Promise<Pick<FollowedBatch, 'entries' | 'live'> | undefined>
  /** The last batch is done. */
  readonly done: () => void
  /** The positions that are not stored yet, by partition. */
  readonly moves: () => readonly Move[]
  /** The result of storing: `names` are the partitions whose move was stored. The others were lost. */
  readonly stored: (moves: readonly Move[], names: ReadonlySet<string>) => void
  /** Ends the subscription. Events after the stored positions are followed again later. */
  readonly close: () => Promise<void>
}

export type PartitionedTailPorts = {
  readonly follow: Follow
  readonly wait: Wait
  readonly partitionOf: (stream: string) => string
}

type Partition = HeldLease & { readonly storedPosition: bigint | undefined }

/** An undefined position comes before all events. */
const isBefore = (one: bigint | undefined, other: bigint | undefined): boolean =>
  other !== undefined && (one === undefined || one < other)

export const createPartitionedTail = ({ follow, wait, partitionOf }: PartitionedTailPorts): PartitionedTail => {
  const tail = createLogTail(follow, wait)
  const partitions = new Map<string, Partition>()
  /** The position of the last delivered entry, or the start of the subscription. */
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
