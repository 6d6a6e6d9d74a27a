/** What this process is doing with which order right now. */
export type UnderWay = {
  readonly run: <Result>(orderId: string, work: () => Promise<Result>) => Promise<Result>
  /** Resolves when what was under way for the order has ended, well or not; at once where nothing was. */
  readonly ended: (orderId: string) => Promise<void>
}

export const createUnderWay = (): UnderWay => {
  const works = new Map<string, Set<Promise<unknown>>>()
  return {
    run: async (orderId, work) => {
      const promise = work()
      const ofOrder = works.get(orderId) ?? new Set()
      works.set(orderId, ofOrder.add(promise))
      try {
        return await promise
      } finally {
        ofOrder.delete(promise)
        if (ofOrder.size === 0) works.delete(orderId)
      }
    },
    ended: async (orderId) => {
      await Promise.allSettled(works.get(orderId) ?? [])
    },
  }
}
