import type { UndoLog } from './undo.ts'
import type { Instant } from './values/instant.ts'

// Keys by time, oldest first; changes can be taken back. They are kept in sorted chunks, so a key in the middle (a hold with
// a shorter life than its neighbours) moves a few hundred pointers and not a hundred thousand.

export type Timed = { readonly at: Instant; readonly key: string }

/** Chunks in order, each sorted, never an empty one. */
export type TimeQueue = Timed[][]

/** Entries of one chunk; a longer one is cut in two. */
export const chunkEntriesMax = 512

/** The first index of which `isAfter` is true; `isAfter` is false up to some index and true from there on. */
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

/** Entries of the same time keep the order in which they are given. */
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

/** Undoes the latest insert of this time: later ones are undone already, so it is the last entry of its time. */
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

/** The entry goes after all others of the same time. */
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
