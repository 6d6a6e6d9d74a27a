import { expect, test } from 'vitest'
import { logAvailability } from './log-availability.ts'

test('given a provider that fails and recovers, then each change is logged once', () => {
  const told: string[] = []
  const tell = logAvailability((line) => told.push(line))
  for (const availability of ['paused', 'probing', 'paused', 'probing', 'available'] as const) tell(availability)
  expect(told).toEqual([
    'the payment provider failed several times in a row: calls are paused, and tried again every few seconds',
    'the payment provider answers again',
  ])
})
