import { describe, expect, test } from 'vitest'
import type { EventType } from '#domain/events.ts'
import type { LogEntry } from '../ports.ts'
import { rowsAfter } from '../testing/apply.ts'
import { levels, otherReservationId, recorded, reservationId } from '../testing/events.ts'
import { holdsProjection } from './apply.ts'
import { holdTable } from './table.ts'

const stream = 'stock-MUG-1@MAIN'
const step = { reservationId, line: 0, quantity: 3, cause: null }
const at = (revision: number) => ({ stream, revision, position: BigInt((revision + 1) * 10) })
const reserved = recorded(at(0), 'StockReserved', {
  reservationId,
  line: 0,
  quantity: 3,
  expiresAt: 900,
  ...levels(10, 3),
})
const committed = recorded(at(1), 'ReservationCommitted', { ...step, ...levels(10, 0, 3) })

const held = {
  reservation_id: reservationId,
  line: 0,
  sku: 'MUG-1',
  location: 'MAIN',
  quantity: 3,
  status: 'held',
  first_expires_at: 900,
  expires_at: 900,
  shipped: 0,
  returned: 0,
  shortfall_at: null,
  updated_at: 10,
}
const holdsAfter = (...events: readonly LogEntry[]) => rowsAfter(holdsProjection, events, holdTable)

describe('a hold', () => {
  test('is held until its expiry', () => expect(holdsAfter(reserved)).toEqual([held]))

  test('keeps its first expiry, the fence, when it is extended', () => {
    const extended = recorded(at(1), 'ReservationExtended', { ...step, expiresAt: 1_500, ...levels(10, 3) })
    expect(holdsAfter(reserved, extended)).toEqual([{ ...held, expires_at: 1_500, updated_at: 20 }])
  })

  test.each([
    ['ReservationReleased', 'released'],
    ['ReservationExpired', 'expired'],
  ] as const satisfies ReadonlyArray<readonly [EventType, string]>)('%s ends it as %s', (type, status) => {
    expect(holdsAfter(reserved, recorded(at(1), type, { ...step, ...levels(10) }))).toEqual([
      { ...held, status, updated_at: 20 },
    ])
  })

  test('that expired is reinstated for a paid order and committed', () => {
    const expired = recorded(at(1), 'ReservationExpired', { ...step, ...levels(10) })
    const reinstated = recorded(at(2), 'ReservationReinstated', { ...step, expiresAt: 1_500, ...levels(10, 3) })
    const committedThen = recorded(at(3), 'ReservationCommitted', { ...step, ...levels(10, 0, 3) })
    expect(holdsAfter(reserved, expired, reinstated, committedThen)).toEqual([
      { ...held, status: 'committed', expires_at: 1_500, updated_at: 40 },
    ])
  })

  test('is voided by a shortfall', () => {
    const voided = recorded(at(1), 'ReservationVoided', { ...step, reason: 'shortfall', ...levels(0) })
    expect(holdsAfter(reserved, voided)).toEqual([{ ...held, status: 'voided', updated_at: 20 }])
  })

  test('that was released before it was reserved is a tombstone', () => {
    const data = { ...step, quantity: 0, reason: 'released_before_reserved', ...levels(10) } as const
    const tombstone = { ...held, quantity: 0, status: 'voided', first_expires_at: null, expires_at: null }
    expect(holdsAfter(recorded(at(0), 'ReservationVoided', data))).toEqual([tombstone])
  })

  test('that has ended keeps its end when a late tombstone comes', () => {
    const released = recorded(at(1), 'ReservationReleased', { ...step, ...levels(10) })
    const data = { ...step, quantity: 0, reason: 'released_before_reserved', ...levels(10) } as const
    expect(holdsAfter(reserved, released, recorded(at(2), 'ReservationVoided', data))).toEqual([
      { ...held, status: 'released', updated_at: 20 },
    ])
  })

  test('that was never reserved cannot have other events', () => {
    expect(() => holdsAfter(committed)).toThrow(`unknown hold: ${reservationId}/0`)
  })
})

describe('a commitment', () => {
  test('is shipped in parts, and returned', () => {
    const first = recorded(at(2), 'StockShipped', { ...step, quantity: 1, shippedAfter: 1, ...levels(9, 0, 2) })
    const rest = recorded(at(3), 'StockShipped', { ...step, quantity: 2, shippedAfter: 3, ...levels(7, 0, 0) })
    const data = { ...step, quantity: 2, returnedAfter: 2, restocked: true, ...levels(9) }
    const returned = recorded(at(4), 'StockReturned', data)
    expect(holdsAfter(reserved, committed, first)).toEqual([
      { ...held, status: 'committed', shipped: 1, updated_at: 30 },
    ])
    expect(holdsAfter(reserved, committed, first, rest, returned)).toEqual([
      { ...held, status: 'shipped', shipped: 3, returned: 2, updated_at: 50 },
    ])
  })

  test('is marked while a shortfall names it, until it ends', () => {
    const found = recorded(at(2), 'StockShortfallFound', {
      quantity: 3,
      reservations: [{ reservationId, line: 0 }],
      ...levels(0, 0, 3),
    })
    const cancelled = recorded(at(3), 'CommitmentCancelled', { ...step, ...levels(0) })
    const marked = { ...held, status: 'committed', shortfall_at: 30, updated_at: 30 }
    expect(holdsAfter(reserved, committed, found)).toEqual([marked])
    expect(holdsAfter(reserved, committed, found, cancelled)).toEqual([
      { ...held, status: 'cancelled', shortfall_at: null, updated_at: 40 },
    ])
  })
})

test('refusals and changes of levels make no holds', () => {
  const refusal = {
    reservationId: otherReservationId,
    line: 0,
    commandId: otherReservationId,
    quantity: 1,
    available: 0,
    reason: 'out_of_stock' as const,
    final: true,
  }
  expect(
    holdsAfter(
      recorded(at(0), 'StockReceived', { quantity: 1, ...levels(1) }),
      recorded(at(1), 'ReservationsRefused', { refusals: [refusal], ...levels(1) }),
    ),
  ).toEqual([])
})
