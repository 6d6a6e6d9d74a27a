export type Bounds = {
  /** How many items are in work at the same time. */
  readonly atOnce: number
  /** Once aborted no further item is begun. */
  readonly signal: AbortSignal
}

/** Runs `work` for every item. If any fails, rejects with the first failure after all work under way has ended. */
export const eachBounded = async <Item>(
  items: readonly Item[],
  { atOnce, signal }: Bounds,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const rest = items.values()
  const run = async (): Promise<void> => {
    for (const item of rest) {
      if (signal.aborted) return
      await work(item)
    }
  }
  const runs = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, run))
  for (const outcome of runs) if (outcome.status === 'rejected') throw outcome.reason
}
