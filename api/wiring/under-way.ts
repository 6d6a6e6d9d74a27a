import type { Timers } from '#commands/ports.ts'

/** The work that this process is doing for each order. */
export type UnderWay = {
  readonly run: <Result>(orderId: string, work: () => Promise<Result>) => Promise<Result>
  /** Resolves when all work that was in progress for the order has ended or failed, or when the time is over. */
  readonly ended: (orderId: string, millisecondsMax: number) => Promise<void>
}

export const createUnderWay = ({ after }: Pick<Timers, 'after'>): UnderWay => {
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
    ended: async (orderId, millisecondsMax) => {
      const ofOrder = works.get(orderId)
      if (ofOrder === undefined) return
      const { promise: tooLong, resolve } = Promise.withResolvers<void>()
      const cancel = after(millisecondsMax, resolve)
      await Promise.race([Promise.allSettled(ofOrder), tooLong])
      cancel()
    },
  }
}
