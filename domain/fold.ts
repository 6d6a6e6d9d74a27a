/**
 * A state that events are applied to. Its owner may change it in place, because copying a Map for each event costs 10 ms at
 * 100,000 holds; everyone else gets the read-only `state`. `mark` and `rollBack` undo what a command did since its mark, for
 * example after its append lost to another writer.
 */
export type Fold<State, Event> = {
  readonly state: () => State
  /** `revision` is the event's revision in its stream, from 0. */
  readonly apply: (event: Event, revision: number) => void
  readonly mark: () => number
  readonly rollBack: (mark: number) => void
  /** Forgets how to undo the changes so far. Called once their events are in the log. */
  readonly settle: () => void
}

/** A fold over a small immutable state, given its `evolve`. A mark is the number of states since the last `settle`. */
export const immutableFold = <State, Event>(
  initial: State,
  evolve: (state: State, event: Event, revision: number) => State,
): Fold<State, Event> => {
  let current = initial
  let earlier: State[] = []
  return {
    state: () => current,
    apply: (event, revision) => {
      const next = evolve(current, event, revision)
      earlier.push(current)
      current = next
    },
    mark: () => earlier.length,
    rollBack: (mark) => {
      const restored = earlier[mark]
      if (restored === undefined) return
      current = restored
      earlier = earlier.slice(0, mark)
    },
    settle: () => {
      earlier = []
    },
  }
}
