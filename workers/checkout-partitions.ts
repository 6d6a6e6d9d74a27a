import { streamKeyOf } from '#domain/streams.ts'

/** Orders are shared out among the workers in so many parts: the most workers that can drive orders at the same time. */
export const partitionCount = 8

const fnvOffset = 0x811c9dc5
const fnvPrime = 0x01000193

/** FNV-1a. Every release must find the same: a part's stored position holds for the orders that were in it. */
const hashOf = (text: string): number => {
  let hash = fnvOffset
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), fnvPrime)
  return hash >>> 0
}

/** With another count they are other partitions, which begin at the start of the log: nothing can be left out. */
const nameOf = (partition: number): string => `checkout-${partition}-of-${partitionCount}`

export const checkoutPartitions: readonly string[] = Array.from({ length: partitionCount }, (_, index) => nameOf(index))

/** The partition of an order's stream, by the name of its lease. */
export const partitionOf = (stream: string): string => nameOf(hashOf(streamKeyOf(stream)) % partitionCount)
