export type Bounds = {
  /** How many items are worked on at the same time. */
  readonly atOnce: number
  /** Once aborted no further item is begun. */
  readonly signal: AbortSignal
}

/** Runs `work` for every item. Rejects with the first failure, once what is under way has ended. */
export const eachBounded = async <Item>(
  items: readonly Item[],
  { atOnce, signal }: Bounds,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const rest = items.values()
  const lane = async (): Promise<void> => {
    for (const item of rest) {
      if (signal.aborted) return
      await work(item)
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, lane))
  for (const outcome of lanes) if (outcome.status === 'rejected') throw outcome.reason
}
