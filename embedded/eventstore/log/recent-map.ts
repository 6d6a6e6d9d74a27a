/**
 * A map that keeps at least the `keep` entries used last and at most twice as many, in two generations: when the young one is full
 * it becomes the old one, which is dropped. Deleting the oldest key of one Map each time gets slow, for a Map keeps the holes.
 */
export type RecentMap<Key, Value> = {
  readonly get: (key: Key) => Value | undefined
  readonly set: (key: Key, value: Value) => void
  readonly clear: () => void
}

export const createRecentMap = <Key, Value>(keep: number): RecentMap<Key, Value> => {
  let young = new Map<Key, Value>()
  let old = new Map<Key, Value>()
  const set = (key: Key, value: Value): void => {
    young.set(key, value)
    if (young.size < keep) return
    old = young
    young = new Map()
  }
  return {
    set,
    get: (key) => {
      const value = young.get(key)
      if (value !== undefined) return value
      const older = old.get(key)
      if (older !== undefined) set(key, older)
      return older
    },
    clear: () => {
      young = new Map()
      old = new Map()
    },
  }
}
