import { expect, test } from 'vitest'
import { createInFlight } from './in-flight.ts'
import { createLedger } from './ledger.ts'

test('progress stops at the oldest work that is not done', () => {
  const ledger = createLedger({ records: 10, taken: 9, skipped: { a: 1 } })
  const first = ledger.open()
  const second = ledger.open()
  second.close({ records: 2, taken: 1, skipped: { a: 1 } })
  expect(ledger.settled()).toEqual({ records: 10, taken: 9, skipped: { a: 1 } })
  first.close({ records: 1, taken: 1, skipped: {} })
  expect(ledger.settled()).toEqual({ records: 13, taken: 11, skipped: { a: 2 } })
})

test('work in flight is bounded by its weight, and a heavier piece goes alone', async () => {
  const inFlight = createInFlight(3)
  const gates = [1, 2, 3].map(() => Promise.withResolvers<void>())
  const started: number[] = []
  const begin = (index: number, weight: number): Promise<void> =>
    inFlight.start(weight, () => {
      started.push(index)
      return gates[index]?.promise ?? Promise.resolve()
    })
  await begin(0, 2)
  const second = begin(1, 5)
  await Promise.resolve()
  expect(started).toEqual([0])
  gates[0]?.resolve()
  await second
  expect(started).toEqual([0, 1])
  gates[1]?.resolve()
  await inFlight.finished()
})

test('the first failure is thrown to whoever starts more', async () => {
  const inFlight = createInFlight(2)
  await inFlight.start(1, () => Promise.reject(new Error('broken')))
  await expect(inFlight.finished()).rejects.toThrow('broken')
  await expect(inFlight.start(1, () => Promise.resolve())).rejects.toThrow('broken')
})
