import { streamKeyOf } from '#domain/streams.ts'

/** The orders are divided into this many partitions, so at most this many workers drive orders at the same time. */
export const partitionCount = 8

const fnvOffset = 0x811c9dc5
const fnvPrime = 0x01000193

/** FNV-1a. It must be the same in every release, because a partition's stored position counts for the orders in it. */
const hashOf = (text: string): number => {
  let hash = fnvOffset
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), fnvPrime)
  return hash >>> 0
}

/** With another count the names differ, so the new partitions begin at the start of the log and miss nothing. */
const nameOf = (partition: number): string => `checkout-${partition}-of-${partitionCount}`

export const checkoutPartitions: readonly string[] = Array.from({ length: partitionCount }, (_, index) => nameOf(index))

/** The partition of an order's stream. It is also the name of the partition's lease. */
export const partitionOf = (stream: string): string => nameOf(hashOf(streamKeyOf(stream)) % partitionCount)
