import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeEvent, isUndecodable } from '#domain/codec.ts'
import type { DomainEvent } from '#domain/events.ts'
import { type OrderEvent, orderEventSchemas } from '#domain/order/events.ts'
import { visibleData, visibleFields } from './visible-fields.ts'

const golden = path.join(import.meta.dirname, '../../domain/golden/events.jsonl')
const isOrderEvent = (event: DomainEvent): event is OrderEvent => Object.hasOwn(orderEventSchemas, event.type)

const stored: readonly OrderEvent[] = readFileSync(golden, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
  .map(({ type, data }) => decodeEvent(type, data))
  .flatMap((event) => (isUndecodable(event) || !isOrderEvent(event) ? [] : [event]))

describe('the timeline shows, of a stored event,', () => {
  test('all fields except the sealed person and the hash over it', () => {
    expect(stored.length).toBeGreaterThanOrEqual(Object.keys(orderEventSchemas).length)
    for (const event of stored) {
      const { person: _, requestHash: __, ...rest } = { person: undefined, requestHash: undefined, ...event.data }
      expect(visibleData(event)).toEqual(rest)
    }
  })

  test('no field that is not listed', () => {
    const cancelled = {
      type: 'OrderCancelled',
      data: { at: 1, commandId: '00000000-0000-4000-8000-000000000001', reason: 'requested', note: null },
    } as const
    const withNewField = { ...cancelled, data: { ...cancelled.data, newField: 'ada@example.com' } }
    expect(visibleData(withNewField)).toEqual(cancelled.data)
  })
})

test('no list names a field that the event does not have', () => {
  const fieldsOf = (schemas: Readonly<Record<string, { readonly shape: object }>>) =>
    new Map(Object.entries(schemas).map(([type, { shape }]) => [type, Object.keys(shape)]))
  const known = fieldsOf(orderEventSchemas)
  for (const [type, fields] of Object.entries(visibleFields))
    expect(known.get(type)).toEqual(expect.arrayContaining([...fields]))
})
