import { expect, test } from 'vitest'
import { randomOf } from '../simulation/random.ts'
import { causeOf } from './causes.ts'
import { anyJourney, reprice, stray } from './journeys.ts'
import { allVisits } from './visits.ts'

test('given every visit, when it is asked what brings a process there, then there is a journey', () => {
  for (const visit of allVisits(randomOf(1, 'visits'))) expect(causeOf(visit)).toBeTypeOf('function')
})

test('given points around a call, when their cause is asked for, then it is that of the call, in that lane', () => {
  expect(causeOf({ lane: 'api', point: 'append.product.before', hit: 1 })).toBe(reprice)
  expect(causeOf({ lane: 'api', point: 'append.provider.after', hit: 1 })).toBe(stray)
  expect(causeOf({ lane: 'api', point: 'http.received', hit: 1 })).toBe(anyJourney)
  expect(causeOf({ lane: 'worker', point: 'provider.readDispute.before', hit: 1 })).toBe(stray)
})
