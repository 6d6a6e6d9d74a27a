import type { EventMetadata, RecordedEvent } from '#domain/events.ts'
import { orderIdOf } from '#domain/values/ids.ts'
import { recorded, reservationId } from './events.ts'

export const orderId = orderIdOf(reservationId)
export const customerId = '00000000-0000-4000-8000-0000000000c1'
const stream = `order-${orderId}`
const at = (revision: number) => ({ stream, revision, position: BigInt((revision + 1) * 100) })

const placedData = {
  reservationId,
  customerId,
  person: 'c2VhbGVk',
  country: 'GB',
  currency: 'GBP',
  requestHash: 'hash',
  lines: [
    { line: 0, sku: 'MUG-1', quantity: 2, location: 'MAIN', unitPrice: 995, priceRevision: 0, expiresAt: 10_000 },
    { line: 1, sku: 'CUP-1', quantity: 1, location: 'MAIN', unitPrice: 500, priceRevision: null, expiresAt: 10_000 },
  ],
}
const payment = { attempt: 1, provider: 'stripe' as const, providerObjectId: 'pi_1', amount: 2_490 }
const refund = {
  refundId: '00000000-0000-4000-8000-0000000000f1',
  provider: 'stripe' as const,
  paymentObjectId: 'pi_1',
}

/** Another order like this one, placed at `position`, which is also its time. */
export const placedOrder = (reservation: string, position: bigint, customer = customerId): RecordedEvent =>
  recorded({ stream: `order-${orderIdOf(reservation)}`, revision: 0, position }, 'OrderPlaced', {
    ...placedData,
    reservationId: reservation,
    customerId: customer,
    confirm: 'automatic',
  })

/** The events of one order: two mugs and a cup for 24.90 GBP, placed, paid, shipped, one mug returned and refunded. */
export const orderLife = (more: Partial<EventMetadata> = {}): readonly RecordedEvent[] => [
  recorded(at(0), 'OrderPlaced', { ...placedData, confirm: 'automatic' }, more),
  recorded(at(1), 'PaymentRequested', {
    attempt: 1,
    amount: 2_490,
    currency: 'GBP',
    paymentMethod: 'pm_card',
    expiresAt: 10_000,
  }),
  recorded(at(2), 'PaymentIntentCreated', payment),
  recorded(at(3), 'PaymentAuthorized', { ...payment, authorizedUntil: null, confirmBy: null }),
  recorded(at(4), 'OrderStockCommitted', {}),
  recorded(at(5), 'PaymentCaptured', payment),
  recorded(at(6), 'OrderConfirmed', {}),
  recorded(at(7), 'OrderShipped', {
    shipmentId: '00000000-0000-4000-8000-0000000000a1',
    lines: [
      { line: 0, quantity: 2 },
      { line: 1, quantity: 1 },
    ],
    carrier: 'Royal Mail',
    trackingNumber: 'RM1',
  }),
  recorded(at(8), 'OrderReturned', {
    returnId: '00000000-0000-4000-8000-0000000000b1',
    lines: [{ line: 0, quantity: 1 }],
    restock: true,
    reason: 'chipped',
  }),
  recorded(at(9), 'RefundRequested', {
    refundId: refund.refundId,
    provider: 'stripe',
    paymentObjectId: 'pi_1',
    lines: [{ line: 0, quantity: 1 }],
    amount: 995,
    reason: 'chipped',
  }),
  recorded(at(10), 'PaymentRefunded', { ...refund, providerObjectId: 're_1', amount: 995 }),
  recorded(at(11), 'RefundFailed', { ...refund, providerObjectId: 're_1', amount: 995, reason: 'account closed' }),
  recorded(at(12), 'OrderNeedsAttention', { reason: 'refund_failed', detail: 'account closed' }),
  recorded(at(13), 'OrderAttentionResolved', { action: 'close', reason: 'paid by bank transfer' }),
]
