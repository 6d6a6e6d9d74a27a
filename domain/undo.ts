/** Takes back changes of a draft in reverse order. Belongs to one fold; nobody else sees it. */
export type UndoLog = {
  readonly record: (undo: () => void) => void
  readonly mark: () => number
  readonly rollBack: (mark: number) => void
  readonly clear: () => void
}

export const createUndoLog = (): UndoLog => {
  const steps: Array<() => void> = []
  return {
    record: (undo) => {
      steps.push(undo)
    },
    mark: () => steps.length,
    rollBack: (mark) => {
      while (steps.length > mark) steps.pop()?.()
    },
    clear: () => {
      steps.length = 0
    },
  }
}

export type DraftMap<Value> = {
  readonly view: ReadonlyMap<string, Value>
  readonly set: (key: string, value: Value) => void
  readonly delete: (key: string) => void
}

/** A Map whose changes can be taken back. */
export const createDraftMap = <Value>(undo: UndoLog, entries: Iterable<readonly [string, Value]>): DraftMap<Value> => {
  const map = new Map(entries)
  const restore = (key: string): void => {
    const previous = map.get(key)
    undo.record(previous === undefined ? () => map.delete(key) : () => map.set(key, previous))
  }
  return {
    view: map,
    set: (key, value) => {
      restore(key)
      map.set(key, value)
    },
    delete: (key) => {
      if (!map.has(key)) return
      restore(key)
      map.delete(key)
    },
  }
}

/**
 * An ordered queue whose changes can be taken back: insertion by rank (nearly always at the end), removal at the front.
 * Removed entries are dropped for good only by `compact`, which must not run while anything can still be taken back.
 */
export type DraftQueue<Entry> = {
  readonly insert: (entry: Entry) => void
  readonly first: () => Entry | undefined
  readonly dropFirst: () => void
  readonly size: () => number
  readonly entries: () => Iterable<Entry>
  readonly compact: () => void
}

export const createDraftQueue = <Entry>(
  undo: UndoLog,
  rankOf: (entry: Entry) => number,
  initial: Iterable<Entry>,
): DraftQueue<Entry> => {
  let entries = [...initial].sort((left, right) => rankOf(left) - rankOf(right))
  let head = 0
  /** Where an entry of this rank goes: after all of the same rank. */
  const indexFor = (rank: number): number => {
    let low = head
    let high = entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const entry = entries[middle]
      if (entry !== undefined && rankOf(entry) <= rank) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    insert: (entry) => {
      const index = indexFor(rankOf(entry))
      entries.splice(index, 0, entry)
      undo.record(() => entries.splice(index, 1))
    },
    first: () => entries[head],
    dropFirst: () => {
      head += 1
      undo.record(() => {
        head -= 1
      })
    },
    size: () => entries.length - head,
    entries: function* () {
      for (let index = head; index < entries.length; index += 1) {
        const entry = entries[index]
        if (entry !== undefined) yield entry
      }
    },
    compact: () => {
      if (head === 0 || head * 2 < entries.length) return
      entries = entries.slice(head)
      head = 0
    },
  }
}
