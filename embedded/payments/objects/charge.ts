// One attempt to take money: authorized or failed, then captured once or released, then refunded in parts.
// Amounts are integers in minor units.

import type { Decline } from './payment-methods.ts'

export type Metadata = Readonly<Record<string, string>>

export type Charge = {
  readonly id: string
  readonly intentId: string
  readonly createdAt: number
  readonly amount: number
  readonly currency: string
  readonly metadata: Metadata
  readonly paymentMethod: string
  readonly status: 'succeeded' | 'failed' | 'pending'
  readonly decline: Decline | null
  readonly captured: boolean
  readonly amountCaptured: number
  /** Authorized money that was given back without having been captured. */
  readonly amountReleased: number
  /** Captured money that was given back. */
  readonly amountRefunded: number
  /** What became of the money that the customer's bank asked back. */
  readonly dispute: 'open' | 'won' | 'lost' | null
}

type ChargeTerms = Pick<Charge, 'id' | 'intentId' | 'createdAt' | 'amount' | 'currency' | 'metadata' | 'paymentMethod'>

const untouched = {
  decline: null,
  captured: false,
  amountCaptured: 0,
  amountReleased: 0,
  amountRefunded: 0,
  dispute: null,
} as const

export const authorizedCharge = (terms: ChargeTerms): Charge => ({ ...terms, ...untouched, status: 'succeeded' })

export const pendingCharge = (terms: ChargeTerms): Charge => ({ ...terms, ...untouched, status: 'pending' })

export const failedCharge = (terms: ChargeTerms, decline: Decline): Charge => ({
  ...terms,
  ...untouched,
  status: 'failed',
  decline,
})

/** The amount that is not captured is released, because it cannot be captured later. */
export const captured = (charge: Charge, amount: number): Charge => ({
  ...charge,
  status: 'succeeded',
  captured: true,
  amountCaptured: amount,
  amountReleased: charge.amount - amount,
})

export const released = (charge: Charge): Charge => ({ ...charge, amountReleased: charge.amount })

/** A negative amount takes a refund back that the bank has returned. */
export const refunded = (charge: Charge, amount: number): Charge => ({
  ...charge,
  amountRefunded: charge.amountRefunded + amount,
})

export const amountRefundable = (charge: Charge): number => charge.amountCaptured - charge.amountRefunded
