// Virtual time. Everything that happens is an entry of one queue, ordered by due time and then by insertion. Between two
// entries all promises settle, so everything that follows from one entry has happened before the next begins: the same
// entries give the same run on any machine.

type Entry = { readonly due: number; readonly sequence: number; readonly label: string; readonly run: () => void }

export type Schedule = {
  /** Virtual milliseconds since the run began. */
  readonly now: () => number
  /** Runs once after so many milliseconds. `label` is its line in the trace. */
  readonly after: (milliseconds: number, label: string, run: () => void) => void
  /** Adds a line to the trace about what happened within an entry. */
  readonly note: (line: string) => void
  /** Runs entries until `isOver` or until none is left; answers whether `isOver` held. */
  readonly run: (isOver: () => boolean) => Promise<boolean>
  readonly trace: () => { readonly hash: string; readonly lastSteps: readonly string[]; readonly steps: number }
}

/** So many steps of the trace are kept for a failure's report. */
const lastStepsMax = 50

const isBefore = (one: Entry, other: Entry): boolean =>
  one.due < other.due || (one.due === other.due && one.sequence < other.sequence)

/** A binary heap with the earliest entry on top. */
const createHeap = () => {
  const heap: Entry[] = []
  const sift = (entry: Entry): void => {
    let place = 0
    for (;;) {
      const left = heap[2 * place + 1]
      const right = heap[2 * place + 2]
      const child = left && right && isBefore(right, left) ? 2 * place + 2 : 2 * place + 1
      const smaller = heap[child]
      if (smaller === undefined || !isBefore(smaller, entry)) break
      heap[place] = smaller
      place = child
    }
    heap[place] = entry
  }
  return {
    push: (entry: Entry): void => {
      let place = heap.length
      while (place > 0) {
        const parent = (place - 1) >> 1
        const above = heap[parent]
        if (above === undefined || !isBefore(entry, above)) break
        heap[place] = above
        place = parent
      }
      heap[place] = entry
    },
    pop: (): Entry | undefined => {
      const top = heap[0]
      const last = heap.pop()
      if (top !== undefined && last !== undefined && heap.length > 0) sift(last)
      return top
    },
  }
}

/** Promises settle between any two immediates, so 64 steps share one turn of the event loop, which costs as much as a step. */
const immediatesATurn = 64

/** Resolves when all pending promises have settled; an unhandled rejection surfaces here. */
const createSettling = (): (() => Promise<void>) => {
  let asked: (() => void) | undefined
  let coming = 0
  const come = (): void => {
    coming -= 1
    asked?.()
  }
  return () =>
    new Promise((resolve) => {
      asked = resolve
      if (coming > 0) return
      coming = immediatesATurn
      for (let index = 0; index < immediatesATurn; index += 1) setImmediate(come)
    })
}

/** `print` receives every line of the trace as it is written. */
export const createSchedule = (print?: (line: string) => void): Schedule => {
  const heap = createHeap()
  const settled = createSettling()
  let now = 0
  let sequence = 0
  let steps = 0
  let hash = 0x811c9dc5
  let second = 0x1b873593
  const last: string[] = []

  const note = (line: string): void => {
    const text = `${now} ${line}`
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
      second = Math.imul(second ^ hash, 0x85ebca6b)
    }
    last[steps % lastStepsMax] = text
    steps += 1
    print?.(text)
  }

  return {
    now: () => now,
    after: (milliseconds, label, run) => {
      sequence += 1
      heap.push({ due: now + Math.max(0, Math.ceil(milliseconds)), sequence, label, run })
    },
    note,
    run: async (isOver) => {
      while (!isOver()) {
        const entry = heap.pop()
        if (entry === undefined) return false
        now = entry.due
        note(entry.label)
        entry.run()
        await settled()
      }
      return true
    },
    trace: () => ({
      hash: `${(hash >>> 0).toString(16).padStart(8, '0')}${(second >>> 0).toString(16).padStart(8, '0')}`,
      lastSteps: last.map((_, index) => last[(steps + index) % Math.min(steps, lastStepsMax)] ?? ''),
      steps,
    }),
  }
}
