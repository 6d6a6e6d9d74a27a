import { expect, test } from 'vitest'
import { loop } from './loop.ts'
import type { Worker } from './worker.ts'

type Outcome = 'worked' | 'idle' | 'fails'

/** Runs a worker through the outcomes given, then stops it; tells what it did and how long it paused. */
const run = async (outcomes: readonly Outcome[]) => {
  const told: string[] = []
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
    close: async () => void told.push('closed'),
  }
  await loop(worker, {
    pause: async (milliseconds) => void told.push(`pause ${milliseconds}`),
    signal: controller.signal,
    random: () => 1,
    failed: (name, error) => void told.push(`${name}: ${error instanceof Error ? error.message : ''}`),
  })
  return told
}

test('a worker with more to do is not kept waiting, an idle one is', async () => {
  expect(await run(['worked', 'idle', 'worked'])).toEqual(['pause 0', 'pause 1000', 'pause 0', 'closed'])
})

test('a step that fails is told and tried again after ever longer pauses, until one succeeds', async () => {
  const failure = 'worker: no luck'
  expect(await run(['fails', 'fails', 'worked', 'fails'])).toEqual([
    ...[failure, 'pause 500', failure, 'pause 1000', 'pause 0', failure, 'pause 500', 'closed'],
  ])
})

test('pauses after failures end at fifteen seconds', async () => {
  const told = await run(Array.from({ length: 8 }, () => 'fails'))
  expect(told.filter((line) => line.startsWith('pause')).slice(-3)).toEqual([
    'pause 15000',
    'pause 15000',
    'pause 15000',
  ])
})
