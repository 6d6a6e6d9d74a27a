// The ceiling of checkout: for each order the two HTTP calls of a shopper, the seven appends, the three calls to the payment
// provider and its webhooks, as Holdfast makes them, with the same libraries. Nothing is checked or decided, no state is kept
// and there are no read models. What remains is the cost of the libraries, which bounds any code on top of them.
import { randomUUID } from 'node:crypto'
import type { EventStoreDBClient } from '@eventstore/db-client'
import express, { type Express } from 'express'
import type Stripe from 'stripe'
import { currency, paymentMethod, unitPrice } from '../../load/sale-terms.ts'
import {
  type Append,
  authorized,
  type BareOrder,
  captured,
  committed,
  held,
  intentCreated,
  placed,
  stockCommitted,
} from './events.ts'

export type BareParts = {
  readonly client: EventStoreDBClient
  readonly stripe: Stripe
  readonly webhookSecret: string
}

export const createBareApp = ({ client, stripe, webhookSecret }: BareParts): Express => {
  const append = ({ stream, events }: Append) => client.appendToStream(stream, [...events])

  const pay = async (order: BareOrder): Promise<void> => {
    const key = (step: string) => ({ idempotencyKey: `order-${order.orderId}-attempt-1-${step}` })
    await append(placed(order))
    const params = {
      amount: unitPrice,
      currency: currency.toLowerCase(),
      payment_method: paymentMethod,
      capture_method: 'manual',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      metadata: { orderId: order.orderId, attempt: '1' },
    } as const
    const { id } = await stripe.paymentIntents.create(params, key('create'))
    await append(intentCreated(order, id))
    await stripe.paymentIntents.confirm(id, { expand: ['latest_charge'] }, key('confirm'))
    await append(authorized(order, id))
    await append(committed(order))
    await append(stockCommitted(order))
    await stripe.paymentIntents.capture(id, { amount_to_capture: unitPrice }, key('capture'))
    await append(captured(order, id))
  }

  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.post('/v1/reservations', express.json(), async ({ body }, response) => {
    const [{ sku }] = body.lines
    const reservationId = randomUUID()
    await append(held({ reservationId, sku }))
    response.status(201).json({ reservationToken: `${reservationId} ${sku}` })
  })
  app.post('/v1/orders', express.json(), async ({ body }, response) => {
    const [reservationId, sku] = body.reservationToken.split(' ')
    const orderId = randomUUID()
    await pay({ orderId, reservationId, sku })
    response.status(201).json({ orderId, orderToken: orderId, status: 'confirmed' })
  })
  app.post('/webhooks/stripe', express.raw({ type: 'application/json' }), ({ body, headers }, response) => {
    stripe.webhooks.constructEvent(body, headers['stripe-signature'] ?? '', webhookSecret)
    response.json({ received: true })
  })
  return app
}
