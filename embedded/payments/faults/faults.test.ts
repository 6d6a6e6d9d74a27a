import { describe, expect, test } from 'vitest'
import { faultPlan } from './fault-plan.ts'
import { createFaults, parseFaultPlan } from './faults.ts'

const given = (plan: object) => {
  let at = 1_000
  const faults = createFaults(() => at, faultPlan.parse(plan))
  return {
    ...faults,
    pass: (ms: number) => {
      at += ms
    },
  }
}

/** One letter a call: x where the switch acted. */
const story = ({ ofCall }: ReturnType<typeof given>, calls: number): string =>
  Array.from({ length: calls }, () => (ofCall('create').failure === null ? '.' : 'x')).join('')

describe('a switch acts', () => {
  test('always, by default', () => {
    expect(story(given({ calls: [{ kind: 'error_before' }] }), 5)).toBe('xxxxx')
  })

  test('for the next calls only', () => {
    expect(story(given({ calls: [{ kind: 'error_before', next: 2 }] }), 5)).toBe('xx...')
  })

  test('for a limited time', () => {
    const faults = given({ calls: [{ kind: 'silence', forMilliseconds: 100 }] })
    faults.pass(99)
    expect(story(faults, 1)).toBe('x')
    faults.pass(1)
    expect(story(faults, 1)).toBe('.')
  })

  test('for the operations that it names, and counts no others', () => {
    const { ofCall } = given({ calls: [{ kind: 'conflict', next: 1, operations: ['capture', 'refund'] }] })
    expect(ofCall('create').failure).toBe(null)
    expect(ofCall('refund').failure).toMatchObject({ kind: 'conflict' })
    expect(ofCall('capture').failure).toBe(null)
  })
})

describe('a probability', () => {
  const plan = (seed: number, more: readonly object[] = []) => ({
    seed,
    calls: [{ kind: 'error_before', probability: 0.3 }, ...more],
  })

  test('is drawn from the seed: the same seed gives the same run, another seed a different one', () => {
    const once = story(given(plan(7)), 1_000)
    expect(story(given(plan(7)), 1_000)).toBe(once)
    expect(story(given(plan(8)), 1_000)).not.toBe(once)
    const hits = once.replaceAll('.', '').length
    expect(hits).toBeGreaterThan(250)
    expect(hits).toBeLessThan(350)
  })

  test('starts again when it is set again', () => {
    const faults = given(plan(7))
    const once = story(faults, 50)
    faults.set(faultPlan.parse(plan(7)))
    expect(story(faults, 50)).toBe(once)
  })

  test('does not depend on other switches', () => {
    const { ofCall } = given(plan(7, [{ kind: 'conflict', probability: 0.5 }]))
    const told = Array.from({ length: 200 }, () => (ofCall('create').failure?.kind === 'error_before' ? 'x' : '.'))
    expect(told.join('')).toBe(story(given(plan(7)), 200))
  })
})

test('latencies add up; of other switches the first one applies', () => {
  const { ofCall, show } = given({
    calls: [
      { kind: 'latency', fromMilliseconds: 10 },
      { kind: 'latency', fromMilliseconds: 5, toMilliseconds: 7 },
      { kind: 'dropped_answer' },
      { kind: 'silence' },
    ],
  })
  const found = ofCall('confirm')
  expect(found.failure).toMatchObject({ kind: 'dropped_answer' })
  expect([15, 16, 17]).toContain(found.latencyMilliseconds)
  expect(show()).toMatchObject({ seed: 1, calls: [{ taken: 1 }, { taken: 1 }, { taken: 1 }, { taken: 0 }] })
})

test('webhooks can be delayed, shuffled, lost or sent twice', () => {
  expect(given({ webhooks: [{ kind: 'delay', fromMilliseconds: 50 }] }).deliverAt(1_000)).toBe(1_050)
  expect(given({ webhooks: [{ kind: 'never' }] }).deliverAt(1_000)).toBe(null)
  const { deliverAt } = given({ seed: 2, webhooks: [{ kind: 'shuffle', withinMilliseconds: 500 }] })
  const due = [1_000, 1_001, 1_002, 1_003, 1_004, 1_005].map((at) => deliverAt(at) ?? 0)
  expect(due).not.toEqual(due.toSorted((one, other) => one - other))
  expect(due.every((at) => at >= 1_000 && at <= 1_505)).toBe(true)
  expect(given({ webhooks: [{ kind: 'double', times: 50, together: true, next: 1 }] }).copies()).toMatchObject({
    times: 50,
    together: true,
  })
  expect(given({}).copies()).toEqual({ times: 1, together: false })
})

test.each([
  ['an unknown kind', { calls: [{ kind: 'explode' }] }],
  ['an unknown operation', { calls: [{ kind: 'silence', operations: ['pay'] }] }],
  ['a probability past 1', { calls: [{ kind: 'silence', probability: 2 }] }],
  ['a probability and a count', { calls: [{ kind: 'silence', probability: 1, next: 1 }] }],
  ['a delivery made 51 times', { webhooks: [{ kind: 'double', times: 51 }] }],
  ['a field that does not exist', { fault: [] }],
])('%s is refused', (_, plan) => {
  expect(() => parseFaultPlan(JSON.stringify(plan))).toThrow()
})
