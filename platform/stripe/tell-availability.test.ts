import { expect, test } from 'vitest'
import { tellAvailability } from './tell-availability.ts'

test('given a provider that fails, is tried in vain and comes back, then its going and its coming are told once each', () => {
  const told: string[] = []
  const tell = tellAvailability((line) => told.push(line))
  for (const availability of ['paused', 'probing', 'paused', 'probing', 'available'] as const) tell(availability)
  expect(told).toEqual([
    'the payment provider failed several times in a row: it is left alone, and tried now and then',
    'the payment provider answers again',
  ])
})
