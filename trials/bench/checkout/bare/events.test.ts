// Goal: the ceiling appends the same as Holdfast for an order, so that the two differ only in what is read and decided.
import { expect, test } from 'vitest'
import { placeOrder } from '#commands/place-order.ts'
import type { EventLog } from '#commands/ports.ts'
import { origin } from '#commands/testing/memory-platform.ts'
import { openShop, placing, reserved } from '#commands/testing/shop.ts'
import { decodeEvent } from '#domain/codec.ts'
import { categoryOf } from '#domain/streams.ts'
import { authorized, captured, committed, held, intentCreated, placed, stockCommitted } from './events.ts'

type Shape = {
  readonly category: string
  readonly events: ReadonlyArray<readonly [type: string, fields: readonly string[]]>
}

const shapeOf = (stream: string, events: ReadonlyArray<{ readonly type: string; readonly data: unknown }>): Shape => ({
  category: categoryOf(stream),
  events: events.map(({ type, data }) => [type, Object.keys(data as object).sort()]),
})

const order = {
  orderId: 'f45ee852-c03d-567b-aa29-8a317beb0b14',
  reservationId: '7274296b-79a1-5653-9d4f-8d9e8cfcca6f',
  sku: 'CUP',
}
const intent = 'pi_1'
const appends = [
  held(order),
  placed(order),
  intentCreated(order, intent),
  authorized(order, intent),
  committed(order),
  stockCommitted(order),
  captured(order, intent),
]

test('makes the same appends as Holdfast for an order that is placed and paid in one call, field by field', async () => {
  const shop = await openShop()
  const expected: Shape[] = []
  const log: EventLog = {
    ...shop.log,
    append: (stream, expectedRevision, events) => {
      expected.push(
        shapeOf(
          stream,
          events.map(({ storedType, data }) => ({ type: storedType, data })),
        ),
      )
      return shop.log.append(stream, expectedRevision, events)
    },
  }
  const ports = shop.boot({ log })
  const reservation = await reserved(ports, { lines: [{ sku: 'CUP', quantity: 1 }] })
  await placeOrder(placing(reservation, { paymentMethod: 'pm_card' }), origin('place'), ports)
  expect(appends.map(({ stream, events }) => shapeOf(stream, events))).toEqual(expected)
})

test('appends events that the platform can decode', () => {
  for (const { type, data } of appends.flatMap(({ events }) => events))
    expect(decodeEvent(type, data)).not.toHaveProperty('problem')
})
