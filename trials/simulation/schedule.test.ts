import { expect, test } from 'vitest'
import { createSchedule } from './schedule.ts'

const never = (): boolean => false

test('runs entries by due time, and entries of one time in the order in which they were added', async () => {
  const schedule = createSchedule()
  const seen: string[] = []
  const see =
    (what: string): (() => void) =>
    () =>
      seen.push(`${schedule.now()} ${what}`)
  schedule.after(20, 'c', see('c'))
  schedule.after(10, 'a', () => {
    see('a')()
    schedule.after(10, 'd', see('d'))
  })
  schedule.after(10, 'b', see('b'))
  expect(await schedule.run(never)).toBe(false)
  expect(seen).toEqual(['10 a', '10 b', '20 c', '20 d'])
})

test('lets all promises of an entry settle before the next entry', async () => {
  const schedule = createSchedule()
  const seen: string[] = []
  schedule.after(0, 'a', () => {
    void (async () => {
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
      seen.push('what follows from a')
    })()
  })
  schedule.after(0, 'b', () => seen.push('b'))
  await schedule.run(never)
  expect(seen).toEqual(['what follows from a', 'b'])
})

test('hashes the trace, and keeps its last lines', async () => {
  const traceOf = async (labels: readonly string[]) => {
    const schedule = createSchedule()
    for (const label of labels) schedule.after(1, label, () => {})
    await schedule.run(never)
    return schedule.trace()
  }
  const labels = Array.from({ length: 60 }, (_, index) => `entry ${index}`)
  const { hash, lastSteps, steps } = await traceOf(labels)
  expect((await traceOf(labels)).hash).toBe(hash)
  expect((await traceOf(labels.toReversed())).hash).not.toBe(hash)
  expect([steps, lastSteps.length, lastSteps[0], lastSteps.at(-1)]).toEqual([60, 50, '1 entry 10', '1 entry 59'])
})
