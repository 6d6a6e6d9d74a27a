import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { measureMiddle } from './load.ts'

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, milliseconds))

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('given clients that send before and after the measured time, then only latencies within it are kept, and all answers are counted', async () => {
  const send = vi.fn(async () => sleep(300))
  const timing = measureMiddle({ clients: 2, leadMilliseconds: 1_000, milliseconds: 2_000 }, send)
  await vi.advanceTimersByTimeAsync(5_000)

  // Each client is answered at 300, 600, 900 | 1,200 … 2,700 | 3,000, where the bars are the ends of the measured time. The
  // answer at exactly 3,000 does not count.
  expect(await timing).toEqual({ latencies: Array(12).fill(300), answers: 20, milliseconds: 2_000 })
  expect(send).toHaveBeenCalledTimes(20)
})

test('given a request that outlasts the measured time, then it is waited for and its latency is not kept', async () => {
  const timing = measureMiddle({ clients: 1, leadMilliseconds: 100, milliseconds: 100 }, () => sleep(1_000))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await timing).toEqual({ latencies: [], answers: 1, milliseconds: 100 })
})
