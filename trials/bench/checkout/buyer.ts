import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { ada } from '../../shop/shop.ts'
import { bodyOf, type HttpAnswer } from '../load/connections.ts'
import type { RetryingConnections } from '../load/retrying.ts'
import { paymentMethod } from '../load/sale-terms.ts'

// One shopper buys one unit, from the reservation to the confirmed order.

/**
 * `inline`: placing the order pays it. `apart`: place, then pay. `manual`: place, pay, and a call that confirms the order,
 * which captures the money.
 */
export type CheckoutFlow = 'inline' | 'apart' | 'manual'

// Only the fields that are used: the bare checkout answers with no more than these, and checking more costs CPU time in the
// benchmark process.
const reserved = z.object({ reservationToken: z.string() })
const placed = z.object({ orderId: z.string(), orderToken: z.string(), status: z.string() })
const changed = z.object({ status: z.string() })

/** Buys one unit. Resolves once the order is confirmed; rejects if it gets another status. */
export type BuyUnit = (sku: string, shopper: number) => Promise<void>

export const createBuyer = (flow: CheckoutFlow, storefrontKey: string, { send }: RetryingConnections): BuyUnit => {
  const post = (path: string, body: unknown, orderToken?: string): Promise<HttpAnswer> => {
    const headers = {
      authorization: `Bearer ${storefrontKey}`,
      'idempotency-key': randomUUID(),
      ...(orderToken === undefined ? {} : { 'order-token': orderToken }),
    }
    return send({ method: 'POST', path, headers, body })
  }
  return async (sku, shopper) => {
    const reservation = await post('/v1/reservations', { lines: [{ sku, quantity: 1 }] })
    const { reservationToken } = reserved.parse(bodyOf(reservation, 201))
    const { shippingAddress } = ada
    const customer = { ...ada.customer, email: `shopper-${shopper}@example.com` }
    const payment = flow === 'inline' ? { paymentMethod } : {}
    const confirm = flow === 'manual' ? 'manual' : 'automatic'
    const order = await post('/v1/orders', { reservationToken, customer, shippingAddress, confirm, ...payment })
    const { orderId, orderToken, status } = placed.parse(bodyOf(order, 201))
    let lastStatus = status
    const call = async (name: 'pay' | 'confirm', body?: unknown): Promise<void> => {
      const answer = await post(`/v1/orders/${orderId}/${name}`, body, orderToken)
      lastStatus = changed.parse(bodyOf(answer, 200)).status
    }
    if (flow !== 'inline') await call('pay', { paymentMethod })
    if (flow === 'manual') await call('confirm')
    if (lastStatus !== 'confirmed') throw new Error(`order ${orderId} is ${lastStatus}, not confirmed`)
  }
}
