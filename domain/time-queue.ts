import type { UndoLog } from './undo.ts'
import type { Instant } from './values/instant.ts'

// A queue of keys ordered by time, oldest first. Changes can be undone. Keys are kept in sorted chunks, so inserting one in
// the middle (a hold that expires before its neighbours) moves a few hundred pointers, not a hundred thousand.

export type Timed = { readonly at: Instant; readonly key: string }

/** Chunks in order of time; each is sorted and none is empty. */
export type TimeQueue = Timed[][]

/** A chunk with more entries is split in two. */
export const chunkEntriesMax = 512

/** The first index for which `isAfter` is true. `isAfter` must be false up to some index and true from there on. */
const firstIndex = (length: number, isAfter: (index: number) => boolean): number => {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isAfter(middle)) high = middle
    else low = middle + 1
  }
  return low
}

const isAbove = (entry: Timed | undefined, at: Instant): boolean => entry !== undefined && entry.at > at

/** Entries with the same time keep the order in which they are given. */
export const timeQueueOf = (entries: Iterable<Timed>): TimeQueue => {
  const sorted = [...entries].sort((left, right) => left.at - right.at)
  const queue: TimeQueue = []
  for (let start = 0; start < sorted.length; start += chunkEntriesMax)
    queue.push(sorted.slice(start, start + chunkEntriesMax))
  return queue
}

const append = (queue: TimeQueue, entry: Timed): void => {
  const chunk = queue.at(-1)
  if (chunk === undefined || chunk.length >= chunkEntriesMax) queue.push([entry])
  else chunk.push(entry)
}

const insertWithin = (queue: TimeQueue, entry: Timed): void => {
  const place = firstIndex(queue.length, (index) => isAbove(queue[index]?.at(-1), entry.at))
  const chunk = queue[place] ?? []
  const index = firstIndex(chunk.length, (position) => isAbove(chunk[position], entry.at))
  chunk.splice(index, 0, entry)
  if (chunk.length > chunkEntriesMax) queue.splice(place + 1, 0, chunk.splice(chunk.length >>> 1))
}

/** Undoes the latest insert with this time. Later inserts are undone already, so it is the last entry with its time. */
const removeLastOf = (queue: TimeQueue, at: Instant): void => {
  const after = firstIndex(queue.length, (index) => isAbove(queue[index]?.[0], at))
  const chunk = queue[after - 1] ?? []
  chunk.splice(firstIndex(chunk.length, (position) => isAbove(chunk[position], at)) - 1, 1)
  if (chunk.length === 0) queue.splice(after - 1, 1)
}

const putFirst = (queue: TimeQueue, entry: Timed): void => {
  const chunk = queue[0]
  if (chunk === undefined || chunk.length >= chunkEntriesMax) queue.unshift([entry])
  else chunk.unshift(entry)
}

/** Inserts the entry after all others with the same time. */
export const enqueue = (undo: UndoLog, queue: TimeQueue, entry: Timed): void => {
  if (isAbove(queue.at(-1)?.at(-1), entry.at)) insertWithin(queue, entry)
  else append(queue, entry)
  undo.push(() => removeLastOf(queue, entry.at))
}

export const firstOf = (queue: TimeQueue): Timed | undefined => queue[0]?.[0]

export const dropFirst = (undo: UndoLog, queue: TimeQueue): void => {
  const entry = queue[0]?.shift()
  if (entry === undefined) return
  if (queue[0]?.length === 0) queue.shift()
  undo.push(() => putFirst(queue, entry))
}
