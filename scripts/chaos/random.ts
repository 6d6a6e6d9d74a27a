/** Draws that follow from a seed (mulberry32). Who draws when is up to the processes, so a seed repeats a run only roughly. */
export type Random = {
  readonly chance: (probability: number) => boolean
  /** A whole number from 0, below the limit. */
  readonly below: (limit: number) => number
  readonly pick: <Item>(items: readonly Item[]) => Item | undefined
}

export const randomOf = (seed: number): Random => {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return { chance: (probability) => next() < probability, below, pick: (items) => items[below(items.length)] }
}
