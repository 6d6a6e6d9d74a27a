// Logs that were tampered with: each invariant has a log that breaks it, and says where.
import { expect, test } from 'vitest'
import type { DomainEvent, RecordedEvent } from '#domain/events.ts'
import { derivedId, orderIdOf } from '#domain/values/ids.ts'
import { createLogVerifier } from './log.ts'
import { compareLedger, type Ledger } from './provider-ledger.ts'

const reservationId = derivedId('verify', 'reservation')
const orderId = orderIdOf(reservationId)
const stock = 'stock-A@MAIN'
const order = `order-${orderId}`
const commandId = derivedId('verify', 'command')
const minute = 60_000

type Step = readonly [stream: string, type: DomainEvent['type'], data: object, at?: number]

const levels = (onHandAfter: number, heldAfter: number, committedAfter: number) => ({
  onHandAfter,
  heldAfter,
  committedAfter,
})
const hold = { reservationId, line: 0, quantity: 2, cause: null }
const fact = { attempt: 1, provider: 'stripe', providerObjectId: 'pi_1', amount: 500 } as const
const refund = {
  refundId: commandId,
  provider: 'stripe',
  paymentObjectId: 'pi_1',
  providerObjectId: 're_1',
  amount: 500,
}

const received: Step = [stock, 'StockReceived', { quantity: 5, ...levels(5, 0, 0) }]
const reserved: Step = [
  stock,
  'StockReserved',
  { reservationId, line: 0, quantity: 2, expiresAt: 900_000, ...levels(5, 2, 0) },
]
const committed: Step = [stock, 'ReservationCommitted', { ...hold, ...levels(5, 0, 2) }]
const shipped: Step = [stock, 'StockShipped', { ...hold, shippedAfter: 2, ...levels(3, 0, 0) }]
const line = { line: 0, sku: 'A', quantity: 2, location: 'MAIN', unitPrice: 250, priceRevision: 0, expiresAt: 900_000 }
const placed: Step = [
  ...([order, 'OrderPlaced'] as const),
  {
    reservationId,
    customerId: commandId,
    person: 'x',
    country: 'GB',
    currency: 'GBP',
    lines: [line],
    confirm: 'automatic',
    requestHash: 'x',
  },
]
const requested: Step = [
  order,
  'PaymentRequested',
  { ...fact, currency: 'GBP', paymentMethod: 'card', expiresAt: 900_000 },
]
const authorized: Step = [order, 'PaymentAuthorized', { ...fact, authorizedUntil: null, confirmBy: null }]
const captured: Step = [order, 'PaymentCaptured', fact]
const confirmed: Step = [order, 'OrderConfirmed', {}]
const cancelled: Step = [order, 'OrderCancelled', { reason: 'requested', note: null }]
const sale: readonly Step[] = [received, reserved, placed, requested, authorized, committed, captured, confirmed]

/** `later` minutes after the last event the log ends, with a tick. */
const verified = (steps: readonly Step[], later = 0) => {
  const verifier = createLogVerifier()
  const revisions = new Map<string, number>()
  const take = ([stream, type, data, at = 1_000]: Step): void => {
    const revision = (revisions.get(stream) ?? -1) + 1
    revisions.set(stream, revision)
    const event = { type, data: { commandId, at, ...data } } as DomainEvent
    const place = { id: commandId, stream, revision, position: 0n, created: at }
    const recorded: RecordedEvent = {
      ...event,
      ...place,
      metadata: { $correlationId: '', $causationId: '', actor: '' },
    }
    verifier.take(recorded)
  }
  for (const step of steps) take(step)
  take(['clock-main', 'ClockTicked', {}, 1_000 + later * minute])
  return verifier.result()
}
const findings = (steps: readonly Step[], later?: number): readonly string[] =>
  verified(steps, later).outcomes.flatMap((outcome) => outcome.findings)

test('a complete sale keeps every invariant', () => {
  expect(findings([...sale, shipped], 120)).toEqual([])
})

test('lesson: counters that break: I1 names the first event whose level does not match the events, and only that one', () => {
  const tampered: Step = [stock, 'StockReceived', { quantity: 5, ...levels(6, 0, 0) }]
  expect(findings([tampered, tampered])).toEqual([
    `${stock} revision 0, StockReceived: it says 6 on hand, 0 held, 0 committed; the events so far make 5 on hand, 0 held, 0 committed`,
  ])
})

test('I1: more held than on hand is found, unless a shortfall was recorded', () => {
  const oversold: Step = [
    stock,
    'StockReserved',
    { reservationId, line: 0, quantity: 7, expiresAt: 900_000, ...levels(5, 7, 0) },
  ]
  expect(findings([received, oversold])).toEqual([
    `${stock} revision 1, StockReserved: 5 on hand, 7 held, 0 committed, and no shortfall was recorded`,
  ])
  const shortfall: Step = [stock, 'StockShortfallFound', { quantity: 1, reservations: [], ...levels(5, 0, 2) }]
  const counted: Step = [stock, 'StockCounted', { quantity: 1, difference: -4, reason: 'x', ...levels(1, 0, 2) }]
  expect(findings([received, reserved, committed, shortfall, counted])).toEqual([])
  expect(findings([received, reserved, committed, counted])).toHaveLength(1)
})

test('I1: a hold that ends twice is found', () => {
  const again: Step = [stock, 'ReservationReleased', { ...hold, ...levels(5, 0, 0) }]
  expect(findings([received, reserved, again, again])).toEqual([
    `${stock} revision 3, ReservationReleased: the hold ${reservationId}/0 is not held`,
  ])
})

test('I1: an event that was removed from a stream is noticed', () => {
  const verifier = createLogVerifier()
  const metadata = { $correlationId: '', $causationId: '', actor: '' }
  verifier.take({
    type: 'StockReceived',
    data: { at: 0, commandId, quantity: 1, ...levels(1, 0, 0) },
    id: commandId,
    stream: stock,
    revision: 1,
    position: 0n,
    created: 0,
    metadata,
  })
  expect(verifier.result().outcomes.flatMap((outcome) => outcome.findings)).toEqual([
    `${stock} revision 1, StockReceived: it follows revision -1`,
  ])
})

test('I2: a confirmed order without its payment, with two, with another amount, or without its holds is found', () => {
  const without = (step: Step) => sale.filter((one) => one !== step)
  expect(findings(without(captured))).toContain(`${order}: confirmed with 0 captured payments`)
  expect(findings(without(committed))).toContain(`${order}: confirmed with 0 of 1 holds committed`)
  const twice: Step = [order, 'PaymentCaptured', { ...fact, providerObjectId: 'pi_2' }]
  expect(findings([...sale.slice(0, -1), twice, confirmed])).toContain(`${order}: confirmed with 2 captured payments`)
  const less: Step = [order, 'PaymentCaptured', { ...fact, amount: 499 }]
  expect(findings([...without(captured).slice(0, -1), less, confirmed])).toContain(
    `${order}: confirmed for 500, captured 499`,
  )
})

test('I2: money of an ended order that was not refunded in time is found', () => {
  const released: Step = [stock, 'ReservationReleased', { ...hold, ...levels(5, 0, 0) }]
  const settled: Step = [order, 'OrderStockSettled', { revision: 2 }]
  const ended = [received, reserved, placed, requested, cancelled, released, settled, captured]
  expect(findings(ended, 0)).toEqual([])
  expect(findings(ended, 2)).toEqual([`${order}: ended, and 1 captured payments are not refunded`])
  expect(findings([...ended, [order, 'PaymentRefunded', refund]], 2)).toEqual([])
  const failed: Step = [order, 'RefundFailed', { ...refund, reason: 'x' }]
  const resolved: Step = [order, 'OrderAttentionResolved', { action: 'close', reason: 'x' }]
  expect(findings([...ended, [order, 'PaymentRefunded', refund], failed, resolved], 2)).toHaveLength(1)
})

test('I2: an open hold of an ended order is found', () => {
  const settled: Step = [order, 'OrderStockSettled', { revision: 1 }]
  expect(findings([received, reserved, placed, cancelled, settled])).toEqual([
    `${stock}: line 0 of reservation ${reservationId} is held, and its order has ended`,
  ])
})

test('I3: a hold and an order that should have expired are found', () => {
  expect(findings([received, reserved], 10)).toEqual([])
  expect(findings([received, reserved], 17)).toEqual([
    `${stock}: line 0 of reservation ${reservationId} is held past its time`,
  ])
  expect(findings([received, placed], 17)).toEqual([`${order}: it should have expired`])
  expect(
    findings([received, placed, [order, 'OrderNeedsAttention', { reason: 'void_failed', detail: '' }]], 17),
  ).toEqual([])
})

test('I3: a payment without an outcome and stock effects that were never written are found after an hour', () => {
  const open = [received, placed, requested]
  expect(findings(open, 60)).toEqual([])
  expect(findings(open, 62)).toEqual([`${order}: nothing has happened since its payment began`])
  const unsettled: readonly Step[] = [
    ...sale,
    shipped,
    [
      order,
      'OrderShipped',
      { shipmentId: commandId, lines: [{ line: 0, quantity: 2 }], carrier: null, trackingNumber: null },
    ],
  ]
  expect(findings(unsettled, 62)).toEqual([`${order}: stock 5 was never done`])
})

test('the ledger of another provider: a payment that only the log knows is found in its own ledger alone', () => {
  const { orders } = verified(sale)
  expect(compareLedger({ provider: 'invoice', entries: [] }, orders, () => false)).toMatchObject({
    checked: '0 payments',
    findings: [],
  })
})

test('I3: an invoice that was not paid in time is found, unless it calls for attention', () => {
  const payBy = 1_000 + 30 * minute
  const issued: Step = [order, 'PaymentAuthorized', { ...fact, authorizedUntil: null, confirmBy: null, payBy }]
  const stockCommitted: Step = [order, 'OrderStockCommitted', {}]
  const waiting = [received, reserved, placed, requested, issued, committed, stockCommitted]
  expect(findings(waiting, 30)).toEqual([])
  expect(findings(waiting, 32)).toEqual([`${order}: its customer did not pay in time, and it calls for nobody`])
  const overdue: Step = [order, 'OrderNeedsAttention', { reason: 'payment_overdue', detail: '' }]
  expect(findings([...waiting, overdue], 600)).toEqual([])
})

test('the provider’s ledger: another amount, and a payment that the log does not know, are found', () => {
  const { orders } = verified(sale)
  const ledger = (entries: Ledger['entries']): Ledger => ({ provider: 'stripe', entries })
  const compare = (entries: Ledger['entries']) => compareLedger(ledger(entries), orders, () => false).findings
  expect(compare([{ payment: 'pi_1', captured: 500, refunded: 0 }])).toEqual([])
  expect(compare([{ payment: 'pi_1', captured: 500, refunded: 500 }])).toEqual([
    `${order}, pi_1: the log has 500 captured and 0 refunded, the provider 500 and 500`,
  ])
  expect(compare([])).toHaveLength(1)
  const twice = [
    { payment: 'pi_1', captured: 500, refunded: 0 },
    { payment: 'pi_9', captured: 500, refunded: 0 },
  ]
  expect(compare(twice)).toEqual(['pi_9: the provider captured 500, the log knows nothing of it'])
  expect(compareLedger(ledger([]), orders, () => true).findings).toEqual([])
})

test('the provider’s ledger: a refund that waits for the bank counts at the provider only, up to what was requested', () => {
  const wanted: Step = [order, 'RefundRequested', { ...refund, amount: 200, lines: [], reason: 'late' }]
  const { orders } = verified([...sale, wanted])
  const compare = (refunded: number) =>
    compareLedger({ provider: 'stripe', entries: [{ payment: 'pi_1', captured: 500, refunded }] }, orders, () => false)
  expect(compare(0).findings).toEqual([])
  expect(compare(200).findings).toEqual([])
  expect(compare(201).findings).toHaveLength(1)
  const answered = verified([...sale, wanted, [order, 'PaymentRefunded', { ...refund, amount: 200 }]])
  const after = { provider: 'stripe', entries: [{ payment: 'pi_1', captured: 500, refunded: 0 }] }
  expect(compareLedger(after, answered.orders, () => false).findings).toHaveLength(1)
})
