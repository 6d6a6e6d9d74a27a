import { expect, test } from 'vitest'
import { randomOf } from '../simulation/random.ts'
import { allCrashes } from './crash-plan.ts'
import { scenarioFor } from './crash-scenarios.ts'
import { changePrice, randomScenario, sendUnknownWebhook } from './scenarios.ts'

test('given all planned crashes, then each has a scenario that leads to it', () => {
  for (const crash of allCrashes(randomOf(1, 'crashes'))) expect(scenarioFor(crash)).toBeTypeOf('function')
})

test('given a point before or after a call, then its scenario is that of the call in that kind of process', () => {
  expect(scenarioFor({ processKind: 'api', point: 'append.product.before', hit: 1 })).toBe(changePrice)
  expect(scenarioFor({ processKind: 'api', point: 'append.provider.after', hit: 1 })).toBe(sendUnknownWebhook)
  expect(scenarioFor({ processKind: 'api', point: 'http.received', hit: 1 })).toBe(randomScenario)
  expect(scenarioFor({ processKind: 'worker', point: 'provider.readDispute.before', hit: 1 })).toBe(sendUnknownWebhook)
})
