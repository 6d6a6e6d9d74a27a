import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Reply } from '../connections.ts'
import { insist, type Patient } from '../patience.ts'

// One shopper's way to a confirmed order, in as many calls as they choose to make of it.

/** `inline`: placing pays. `apart`: place, then pay. `manual`: place, pay, and a confirm call that takes the money. */
export type Form = 'inline' | 'apart' | 'manual'

const reserved = z.object({ reservationToken: z.string() })
const placed = z.object({ orderId: z.string(), orderToken: z.string(), status: z.string() })
const changed = z.object({ status: z.string() })

const paymentMethod = 'pm_card_visa'
const shippingAddress = { name: 'Ada Byron', line1: '1 Mill Lane', city: 'Bath', postalCode: 'BA1 1AA', country: 'GB' }

/** Buys one unit; resolves once the order is confirmed, and rejects where it is not. */
export type Buy = (sku: string, shopper: number) => Promise<void>

export const createBuyer = (form: Form, storefrontKey: string, { ask }: Patient): Buy => {
  const post = async (path: string, body: unknown, orderToken?: string): Promise<Reply> => {
    const headers = {
      authorization: `Bearer ${storefrontKey}`,
      'idempotency-key': randomUUID(),
      ...(orderToken === undefined ? {} : { 'order-token': orderToken }),
    }
    return ask({ method: 'POST', path, headers, body })
  }
  return async (sku, shopper) => {
    const held = await post('/v1/reservations', { lines: [{ sku, quantity: 1 }] })
    const { reservationToken } = reserved.parse(insist(held, 201))
    const customer = { email: `shopper-${shopper}@example.com`, name: 'Ada Byron' }
    const inline = form === 'inline' ? { paymentMethod } : {}
    const confirm = form === 'manual' ? 'manual' : 'automatic'
    const order = await post('/v1/orders', { reservationToken, customer, shippingAddress, confirm, ...inline })
    const { orderId, orderToken, status } = placed.parse(insist(order, 201))
    let reached = status
    const step = async (name: string, body: unknown): Promise<void> => {
      reached = changed.parse(insist(await post(`/v1/orders/${orderId}/${name}`, body, orderToken), 200)).status
    }
    if (form !== 'inline') await step('pay', { paymentMethod })
    if (form === 'manual') await step('confirm', undefined)
    if (reached !== 'confirmed') throw new Error(`order ${orderId} is ${reached}, not confirmed`)
  }
}
