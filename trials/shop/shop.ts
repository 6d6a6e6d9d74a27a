import { z } from 'zod'
import type { Answer, Caller, CallOptions } from './caller.ts'

// The steps of a sale as calls that have to succeed, for tests that are about something else and only need the result.

export const reservedSchema = z.looseObject({
  reservationId: z.uuid(),
  reservationToken: z.string(),
  total: z.int(),
  expiresAt: z.iso.datetime(),
  position: z.string(),
})
export type Reserved = Readonly<z.infer<typeof reservedSchema>>

export const placedSchema = z.looseObject({
  orderId: z.uuid(),
  orderNumber: z.string(),
  orderToken: z.string(),
  status: z.string(),
  total: z.int(),
  payment: z.looseObject({ status: z.string(), clientSecret: z.string().optional() }).optional(),
  position: z.string(),
})
export type Placed = Readonly<z.infer<typeof placedSchema>>

const positionSchema = z.looseObject({ position: z.string() })

/** The answer's parsed body. Throws if the answer has another status. */
const bodyOf = <Body extends z.ZodType>(answer: Answer, status: number, schema: Body): z.infer<Body> => {
  if (answer.status !== status)
    throw new Error(`expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`)
  return schema.parse(answer.body)
}

/** The log position in a command's answer. */
export const positionOf = ({ body }: Answer): string => positionSchema.parse(body).position

export const ada = {
  customer: { email: 'ada@example.com', name: 'Ada Byron' },
  shippingAddress: { name: 'Ada Byron', line1: '1 Mill Lane', city: 'Bath', postalCode: 'BA1 1AA', country: 'GB' },
} as const

export type Product = { readonly sku: string; readonly price: number; readonly quantity: number }

/** Lists a product and receives its stock. Resolves with the log position after both. */
export const stockProduct = async (
  staff: Pick<Caller, 'post'>,
  product: Product & { readonly name?: string },
): Promise<string> => {
  const { sku, price, quantity, name = sku } = product
  const listed = await staff.post('/v1/products', { sku, name, price, currency: 'EUR' })
  if (quantity === 0) return bodyOf(listed, 201, positionSchema).position
  bodyOf(listed, 201, positionSchema)
  return bodyOf(await staff.post(`/v1/stock/${sku}/receive`, { quantity }), 200, positionSchema).position
}

type Line = { readonly sku: string; readonly quantity: number }

export const reserve = async (
  shopper: Caller,
  lines: readonly Line[],
  { ttlSeconds, ...options }: CallOptions & { readonly ttlSeconds?: number } = {},
): Promise<Reserved> =>
  bodyOf(await shopper.post('/v1/reservations', { lines, ttlSeconds }, options), 201, reservedSchema)

type PlaceOptions = { readonly paymentMethod?: string; readonly confirm?: 'automatic' | 'manual' }

export const place = async (
  shopper: Caller,
  { reservationToken }: Pick<Reserved, 'reservationToken'>,
  { key, ...more }: PlaceOptions & Pick<CallOptions, 'key'> = {},
): Promise<Placed> => {
  const options = key === undefined ? {} : { key }
  return bodyOf(await shopper.post('/v1/orders', { reservationToken, ...ada, ...more }, options), 201, placedSchema)
}

/** Reserves the lines and places the order. */
export const buy = async (shopper: Caller, lines: readonly Line[], options: PlaceOptions = {}): Promise<Placed> =>
  place(shopper, await reserve(shopper, lines), options)
