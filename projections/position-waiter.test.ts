import { expect, test } from 'vitest'
import { createPositionWaiter, waitMillisecondsMax } from './position-waiter.ts'

/** A projection at 10 that takes a step of 10 at each of the given moments, on a clock that only waiting moves. */
const given = (steps: readonly number[]) => {
  let milliseconds = 0
  let looks = 0
  const waiter = createPositionWaiter({
    positions: async () => {
      looks += 1
      return new Map([['orders', 10n + 10n * BigInt(steps.filter((step) => step <= milliseconds).length)]])
    },
    wait: (by) => {
      // The wait for a database that does not answer: this one does.
      if (by === waitMillisecondsMax) return new Promise(() => {})
      milliseconds += by
      return new Promise((resolve) => setImmediate(resolve))
    },
    now: () => milliseconds,
  })
  return { waiter, looks: () => looks }
}

test('a position that was reached is not waited for, and not looked up twice', async () => {
  const { waiter, looks } = given([])
  expect(await waiter('orders', 10n)).toEqual({ stale: false })
  expect(await waiter('orders', 5n)).toEqual({ stale: false })
  expect(looks()).toBe(1)
})

test('a position that will be reached is waited for', async () => {
  const { waiter } = given([40, 80])
  expect(await waiter('orders', 30n)).toEqual({ stale: false })
})

test('after the longest wait the answer is stale, and says how far behind', async () => {
  const { waiter } = given([waitMillisecondsMax + 1_000])
  expect(await waiter('orders', 45n)).toEqual({ stale: true, reached: 10n, behind: 35n })
})

test('callers that wait at the same time share one look', async () => {
  const { waiter, looks } = given([])
  await Promise.all([waiter('orders', 10n), waiter('orders', 9n), waiter('orders', 8n)])
  expect(looks()).toBe(1)
})

test('a database that does not answer is waited for no longer', async () => {
  let milliseconds = 0
  const waiter = createPositionWaiter({
    positions: () => new Promise(() => {}),
    wait: async (by) => {
      milliseconds += by
    },
    now: () => milliseconds,
  })
  expect(await waiter('orders', 5n)).toEqual({ stale: true, reached: -1n, behind: 6n })
})
