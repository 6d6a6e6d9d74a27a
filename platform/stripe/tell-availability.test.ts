import { expect, test } from 'vitest'
import { tellAvailability } from './tell-availability.ts'

test('given a provider that fails and recovers, then each change is logged once', () => {
  const told: string[] = []
  const tell = tellAvailability((line) => told.push(line))
  for (const availability of ['paused', 'probing', 'paused', 'probing', 'available'] as const) tell(availability)
  expect(told).toEqual([
    'the payment provider failed several times in a row: it is left alone, and tried now and then',
    'the payment provider answers again',
  ])
})
