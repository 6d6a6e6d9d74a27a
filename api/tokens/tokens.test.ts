import { createSecretKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createJws } from './jws.ts'
import { createOrderTokens } from './order-token.ts'
import { createReservationTokens, type Reservation } from './reservation-token.ts'

const key = createSecretKey(Buffer.alloc(32, 7))

describe('a reservation token', () => {
  const tokens = createReservationTokens(key)
  const reservation: Reservation = {
    reservationId: '6f1c1de2-3c76-5a0e-9a35-1f2d1b7b0c44',
    currency: 'EUR',
    expiresAt: 1_000,
    lines: [
      { line: 0, sku: 'A', quantity: 1, location: 'EAST', unitPrice: 5, priceRevision: 3, expiresAt: 1_000 },
      { line: 1, sku: 'A', quantity: 2, location: 'WEST', unitPrice: 5, priceRevision: null, expiresAt: 1_250 },
      { line: 2, sku: 'B', quantity: 3, location: 'EAST', unitPrice: 0, priceRevision: 0, expiresAt: 1_001 },
    ],
  }

  test('contains the whole reservation', () => {
    expect(tokens.open(tokens.sign(reservation))).toEqual(reservation)
  })

  test('opens after it has expired: the use case checks the time', () => {
    expect(tokens.open(tokens.sign({ ...reservation, expiresAt: 0 }))?.expiresAt).toBe(0)
  })

  test('does not open with the payload of something else, although the signature is valid', () => {
    const jws = createJws('reservation+jwt', key)
    expect([tokens.open(jws.sign({})), tokens.open(jws.sign(null)), tokens.open(jws.sign({ ...reservation }))]).toEqual(
      [undefined, undefined, undefined],
    )
  })
})

describe('an order token', () => {
  const tokens = createOrderTokens(key)
  test('fits only its own order', () => {
    const token = tokens.sign('order-1')
    expect([tokens.fits(token, 'order-1'), tokens.fits(token, 'order-2'), tokens.fits('', 'order-1')]).toEqual([
      true,
      false,
      false,
    ])
  })

  test('is not a reservation token with the same key, nor the reverse', () => {
    const reservations = createReservationTokens(key)
    expect(reservations.open(tokens.sign('order-1'))).toBeUndefined()
    expect(tokens.fits(createJws('reservation+jwt', key).sign({ orderId: 'order-1' }), 'order-1')).toBe(false)
  })
})
