import type { KeyObject } from 'node:crypto'
import { createJws } from './jws.ts'

/** The token that lets a storefront act on one order. It does not expire. */
export type OrderTokens = {
  readonly sign: (orderId: string) => string
  /** Whether the token was issued for this order. */
  readonly fits: (token: string, orderId: string) => boolean
}

export const createOrderTokens = (key: KeyObject): OrderTokens => {
  const jws = createJws('order+jwt', key)
  return {
    sign: (orderId) => jws.sign({ orderId }),
    fits: (token, orderId) => {
      const payload = jws.open(token)
      return typeof payload === 'object' && payload !== null && 'orderId' in payload && payload.orderId === orderId
    },
  }
}
