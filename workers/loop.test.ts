import { expect, test } from 'vitest'
import { loop } from './loop.ts'
import type { Worker } from './worker.ts'

type Outcome = 'worked' | 'idle' | 'fails'

/** Runs a worker with the given outcomes, then stops it. Answers what it did and how long it paused. */
const run = async (outcomes: readonly Outcome[]) => {
  const log: string[] = []
  const controller = new AbortController()
  const left = [...outcomes]
  const worker: Worker = {
    name: 'worker',
    idleMilliseconds: 1_000,
    step: async () => {
      const outcome = left.shift()
      if (left.length === 0) controller.abort()
      if (outcome === undefined || outcome === 'fails') throw new Error('no luck')
      return outcome
    },
    close: async () => void log.push('closed'),
  }
  await loop(worker, {
    pause: async (milliseconds) => void log.push(`pause ${milliseconds}`),
    signal: controller.signal,
    random: () => 1,
    failed: (name, error) => void log.push(`${name}: ${error instanceof Error ? error.message : ''}`),
  })
  return log
}

test('only an idle worker pauses', async () => {
  expect(await run(['worked', 'idle', 'worked'])).toEqual(['pause 0', 'pause 1000', 'pause 0', 'closed'])
})

test('a failing step is reported and retried with backoff, until one succeeds', async () => {
  const failure = 'worker: no luck'
  expect(await run(['fails', 'fails', 'worked', 'fails'])).toEqual([
    failure,
    'pause 500',
    failure,
    'pause 1000',
    'pause 0',
    failure,
    'pause 500',
    'closed',
  ])
})

test('the backoff ends at fifteen seconds', async () => {
  const log = await run(Array.from({ length: 8 }, () => 'fails'))
  expect(log.filter((line) => line.startsWith('pause')).slice(-3)).toEqual([
    'pause 15000',
    'pause 15000',
    'pause 15000',
  ])
})
