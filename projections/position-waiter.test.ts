import { expect, test } from 'vitest'
import { createPositionWaiter, waitMillisecondsMax } from './position-waiter.ts'

/** A projection at 10 that advances by 10 at each of the given times, on a clock that only waiting advances. */
const given = (steps: readonly number[]) => {
  let milliseconds = 0
  let looks = 0
  const waiter = createPositionWaiter({
    positions: async () => {
      looks += 1
      return new Map([['orders', 10n + 10n * BigInt(steps.filter((step) => step <= milliseconds).length)]])
    },
    wait: (by) => {
      // This is the timeout for a database that does not answer; here it does.
      if (by === waitMillisecondsMax) return new Promise(() => {})
      milliseconds += by
      return new Promise((resolve) => setImmediate(resolve))
    },
    now: () => milliseconds,
  })
  return { waiter, looks: () => looks }
}

test('does not wait for a position that was reached, and does not read the checkpoints twice', async () => {
  const { waiter, looks } = given([])
  expect(await waiter('orders', 10n)).toEqual({ stale: false })
  expect(await waiter('orders', 5n)).toEqual({ stale: false })
  expect(looks()).toBe(1)
})

test('waits for a position until it is reached', async () => {
  const { waiter } = given([40, 80])
  expect(await waiter('orders', 30n)).toEqual({ stale: false })
})

test('answers stale after the longest wait, and how far behind the read model is', async () => {
  const { waiter } = given([waitMillisecondsMax + 1_000])
  expect(await waiter('orders', 45n)).toEqual({ stale: true, reached: 10n, behind: 35n })
})

test('reads the checkpoints once for callers that wait at the same time', async () => {
  const { waiter, looks } = given([])
  await Promise.all([waiter('orders', 10n), waiter('orders', 9n), waiter('orders', 8n)])
  expect(looks()).toBe(1)
})

test('waits no longer for a database that does not answer', async () => {
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
