import { expect, test } from 'vitest'
import type { RecordedEvent } from '#domain/events.ts'
import { releasedEarly } from './early.ts'

const at = (created: number, type: string, data: object): RecordedEvent =>
  ({
    ...{ stream: 'stock-MUG@MAIN', revision: 0, position: 1n, id: 'e1' },
    ...{ metadata: { $correlationId: '', $causationId: '', actor: '' }, created, type },
    data: { reservationId: 'r1', line: 0, ...data },
  }) as RecordedEvent

test('given a hold, when it expires before its time or after, then only the first is told', () => {
  const held = at(0, 'StockReserved', { expiresAt: 5_000 })
  expect(releasedEarly([held, at(5_000, 'ReservationExpired', {})])).toEqual([])
  expect(releasedEarly([held, at(1_400, 'ReservationExpired', {})])).toEqual([
    'stock-MUG@MAIN r1/0 expired 3600 ms before its time',
  ])
  expect(
    releasedEarly([held, at(1, 'ReservationExtended', { expiresAt: 9_000 }), at(5_000, 'ReservationExpired', {})]),
  ).toHaveLength(1)
})
