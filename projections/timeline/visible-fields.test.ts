import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeEvent, isUndecodable } from '#domain/codec.ts'
import type { DomainEvent } from '#domain/events.ts'
import { type OrderEvent, orderEventSchemas } from '#domain/order/events.ts'
import { type StockEvent, stockEventSchemas } from '#domain/stock/events.ts'
import { rowsAfter } from '../testing/apply.ts'
import { levels, otherReservationId, recorded, reservationId } from '../testing/events.ts'
import { timelineProjection } from './apply.ts'
import { timelineTable } from './table.ts'
import { visibleData, visibleFields, visibleRefusal } from './visible-fields.ts'

const golden = path.join(import.meta.dirname, '../../domain/golden/events.jsonl')
const isOrderEvent = (event: DomainEvent): event is OrderEvent => Object.hasOwn(orderEventSchemas, event.type)
const isStockEvent = (event: DomainEvent): event is StockEvent => Object.hasOwn(stockEventSchemas, event.type)

const stored: readonly DomainEvent[] = readFileSync(golden, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
  .map(({ type, data }) => decodeEvent(type, data))
  .flatMap((event) => (isUndecodable(event) ? [] : [event]))
const orderEvents = stored.filter(isOrderEvent)
const stockEvents = stored.filter(isStockEvent)

/** Their items, if any, show a part of their data only, which `stock-items.ts` makes. */
const withoutFields: ReadonlyArray<StockEvent['type']> = [
  'StockReceived',
  'StockAdjusted',
  'StockCounted',
  'SafetyStockSet',
  'ReservationsRefused',
  'StockShortfallFound',
]

describe('the timeline shows', () => {
  test('all fields of a stored order event except the sealed person and the hash over it', () => {
    expect(orderEvents.length).toBeGreaterThanOrEqual(Object.keys(orderEventSchemas).length)
    for (const event of orderEvents) {
      const { person: _, requestHash: __, ...rest } = { person: undefined, requestHash: undefined, ...event.data }
      expect(visibleData(event)).toEqual(rest)
    }
  })

  test('all fields of a stored stock event that is about one reservation', () => {
    expect(stockEvents.length).toBeGreaterThanOrEqual(Object.keys(stockEventSchemas).length)
    for (const event of stockEvents)
      expect(visibleData(event), event.type).toEqual(withoutFields.includes(event.type) ? {} : event.data)
  })

  test('all fields of each refusal of a stored event', () => {
    const refusals = stockEvents.flatMap(({ type, data }) => (type === 'ReservationsRefused' ? data.refusals : []))
    expect(refusals.length).toBeGreaterThan(0)
    for (const refusal of refusals) expect(visibleRefusal(refusal)).toEqual(refusal)
  })
})

describe('the timeline does not show a field that is not listed', () => {
  const newField = { newField: 'ada@example.com' }
  const itemsOf = (event: ReturnType<typeof recorded>) => rowsAfter(timelineProjection, [event], timelineTable)

  test('of an order event', () => {
    const cancelled = {
      type: 'OrderCancelled',
      data: { at: 1, commandId: '00000000-0000-4000-8000-000000000001', reason: 'requested', note: null },
    } as const
    expect(visibleData({ ...cancelled, data: { ...cancelled.data, ...newField } })).toEqual(cancelled.data)
  })

  test('of a stock event', () => {
    const data = { reservationId, line: 0, quantity: 2, expiresAt: 1_000, ...levels(10, 2), ...newField }
    const event = recorded({ stream: 'stock-MUG-1@MAIN', revision: 1, position: 10n }, 'StockReserved', data)
    expect(itemsOf(event)).toHaveLength(1)
    expect(JSON.stringify(itemsOf(event))).not.toContain('newField')
  })

  test('of a refusal', () => {
    const refusal = {
      reservationId: otherReservationId,
      line: 0,
      commandId: otherReservationId,
      quantity: 1,
      available: 0,
      reason: 'out_of_stock',
      final: true,
      ...newField,
    } as const
    const data = { refusals: [refusal], ...levels(0) }
    const event = recorded({ stream: 'stock-MUG-1@MAIN', revision: 1, position: 10n }, 'ReservationsRefused', data)
    expect(itemsOf(event)).toHaveLength(1)
    expect(JSON.stringify(itemsOf(event))).not.toContain('newField')
  })
})

test('no list names a field that the event does not have', () => {
  const fieldsOf = (schemas: Readonly<Record<string, { readonly shape: object }>>) =>
    Object.entries(schemas).map(([type, { shape }]) => [type, Object.keys(shape)] as const)
  const known = new Map([...fieldsOf(orderEventSchemas), ...fieldsOf(stockEventSchemas)])
  for (const [type, fields] of Object.entries(visibleFields))
    expect(known.get(type)).toEqual(expect.arrayContaining([...fields]))
})
