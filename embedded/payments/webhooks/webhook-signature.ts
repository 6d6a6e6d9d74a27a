// Stripe's webhook signature, scheme v1: HMAC-SHA256 over the time and the body, byte for byte.

import { createHmac } from 'node:crypto'

/** The Stripe-Signature header; `at` is milliseconds since the epoch. */
export const signatureHeader = (body: string, secret: string, at: number): string => {
  const seconds = Math.floor(at / 1000)
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${signature}`
}
