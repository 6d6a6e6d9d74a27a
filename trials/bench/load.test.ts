import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { timedAmid } from './load.ts'

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, milliseconds))

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('given clients that ask before and after what is timed, when it is over, then only the answers within count, and all are told', async () => {
  const ask = vi.fn(async () => sleep(300))
  const timing = timedAmid({ clients: 2, leadMilliseconds: 1_000, milliseconds: 2_000 }, ask)
  await vi.advanceTimersByTimeAsync(5_000)

  // Each is answered after 300, 600, 900 | 1,200 … 2,700 | 3,000: the last of them is as long after the begin as it ends.
  expect(await timing).toEqual({ latencies: Array(12).fill(300), answers: 20, milliseconds: 2_000 })
  expect(ask).toHaveBeenCalledTimes(20)
})

test('given a request that takes longer than all of it, when it is over, then it has been waited for and does not count', async () => {
  const timing = timedAmid({ clients: 1, leadMilliseconds: 100, milliseconds: 100 }, () => sleep(1_000))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await timing).toEqual({ latencies: [], answers: 1, milliseconds: 100 })
})
