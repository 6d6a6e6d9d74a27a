import type { UndoLog } from './undo.ts'

// An ordered queue whose changes can be taken back. Entries are kept in sorted chunks, so an entry in the middle (a hold
// with a shorter life than its neighbours) moves a few hundred pointers and not a hundred thousand.

export type DraftQueue<Entry> = {
  /** Goes after all entries of the same rank. */
  readonly insert: (entry: Entry) => void
  readonly first: () => Entry | undefined
  readonly dropFirst: () => void
  readonly entries: () => Iterable<Entry>
}

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

export const createDraftQueue = <Entry>(
  undo: UndoLog,
  rankOf: (entry: Entry) => number,
  initial: Iterable<Entry>,
): DraftQueue<Entry> => {
  const sorted = [...initial].sort((left, right) => rankOf(left) - rankOf(right))
  /** Never empty ones, each sorted, in order. */
  const chunks: Entry[][] = []
  for (let start = 0; start < sorted.length; start += chunkEntriesMax)
    chunks.push(sorted.slice(start, start + chunkEntriesMax))

  const lastRank = (chunk: readonly Entry[] | undefined): number => {
    const last = chunk?.at(-1)
    return last === undefined ? Number.NEGATIVE_INFINITY : rankOf(last)
  }
  const isAbove = (entry: Entry | undefined, rank: number): boolean => entry !== undefined && rankOf(entry) > rank

  const append = (entry: Entry): void => {
    const chunk = chunks.at(-1)
    if (chunk === undefined || chunk.length >= chunkEntriesMax) chunks.push([entry])
    else chunk.push(entry)
  }

  const insertWithin = (entry: Entry, rank: number): void => {
    const place = firstIndex(chunks.length, (index) => lastRank(chunks[index]) > rank)
    const chunk = chunks[place] ?? []
    const index = firstIndex(chunk.length, (position) => isAbove(chunk[position], rank))
    chunk.splice(index, 0, entry)
    if (chunk.length > chunkEntriesMax) chunks.splice(place + 1, 0, chunk.splice(chunk.length >>> 1))
  }

  /** Undoes the latest insert of this rank: later ones are undone already, so it is the last entry of its rank. */
  const removeLastOf = (rank: number): void => {
    const after = firstIndex(chunks.length, (index) => isAbove(chunks[index]?.[0], rank))
    const chunk = chunks[after - 1] ?? []
    chunk.splice(firstIndex(chunk.length, (position) => isAbove(chunk[position], rank)) - 1, 1)
    if (chunk.length === 0) chunks.splice(after - 1, 1)
  }

  const putFirst = (entry: Entry): void => {
    const chunk = chunks[0]
    if (chunk === undefined || chunk.length >= chunkEntriesMax) chunks.unshift([entry])
    else chunk.unshift(entry)
  }

  return {
    insert: (entry) => {
      const rank = rankOf(entry)
      if (rank >= lastRank(chunks.at(-1))) append(entry)
      else insertWithin(entry, rank)
      undo.record(() => removeLastOf(rank))
    },
    first: () => chunks[0]?.[0],
    dropFirst: () => {
      const entry = chunks[0]?.shift()
      if (entry === undefined) return
      if (chunks[0]?.length === 0) chunks.shift()
      undo.record(() => putFirst(entry))
    },
    entries: function* () {
      for (const chunk of chunks) yield* chunk
    },
  }
}
