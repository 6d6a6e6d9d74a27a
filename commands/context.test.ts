import { describe, expect, test } from 'vitest'
import { contextOf } from './context.ts'

const origin = { commandId: 'command-1', actor: 'staff:ada' }

describe('the correlation id of events', () => {
  test('is the order or reservation that they are about, even if the caller sends its own', () =>
    expect(contextOf({ ...origin, correlationId: 'import-7' }, 'order-1').correlationId).toBe('order-1'))

  test('is that of the caller if they are about neither', () =>
    expect(contextOf({ ...origin, correlationId: 'import-7' }).correlationId).toBe('import-7'))

  test('is the command if the caller sends none', () => expect(contextOf(origin).correlationId).toBe('command-1'))
})

test('the metadata have only the fields that are set', () => {
  expect(contextOf(origin)).toEqual({ correlationId: 'command-1', causationId: 'command-1', actor: 'staff:ada' })
  expect(contextOf({ ...origin, traceparent: '00-1', occurredAt: 5 })).toMatchObject({
    traceparent: '00-1',
    occurredAt: 5,
  })
})
