// Stripe's rules for idempotency keys: the first answer under a key is kept for 24 h, errors and 500s included, once the
// endpoint had begun to execute; the same key with other parameters is an error.

import { createHash } from 'node:crypto'
import type { Refusal } from '../objects/refusal.ts'

export const keyLengthMax = 255
export const answerKeptMilliseconds = 24 * 60 * 60 * 1000

export type StoredAnswer = {
  readonly endpoint: string
  readonly fingerprint: string
  readonly requestId: string
  readonly status: number
  readonly body: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

export type KeyedCall = {
  readonly key: string
  readonly endpoint: string
  readonly fingerprint: string
  readonly at: number
}

export type KeyLookup =
  | { readonly kind: 'execute' }
  | { readonly kind: 'replay'; readonly answer: StoredAnswer }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export const judge = (stored: StoredAnswer | undefined, call: KeyedCall): KeyLookup => {
  if (stored === undefined || call.at - stored.at >= answerKeptMilliseconds) return { kind: 'execute' }
  if (stored.endpoint !== call.endpoint) return { kind: 'refused', refusal: usedElsewhere(stored.endpoint, call.key) }
  if (stored.fingerprint !== call.fingerprint) return { kind: 'refused', refusal: usedOtherwise(call.key) }
  return { kind: 'replay', answer: stored }
}

const idempotencyError = (message: string): Refusal => ({ status: 400, type: 'idempotency_error', message })

const usedOtherwise = (key: string): Refusal =>
  idempotencyError(
    `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
  )

const usedElsewhere = (endpoint: string, key: string): Refusal =>
  idempotencyError(
    `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${endpoint}'). Try using a key other than '${key}' if you meant to execute a different request.`,
  )

export const keyTooLong: Refusal = idempotencyError(`Idempotency keys are up to ${keyLengthMax} characters long.`)

export const keyInUse = (key: string): Refusal => ({
  status: 409,
  type: 'invalid_request_error',
  code: 'idempotency_key_in_use',
  message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
})

/** Equal for equal parameters, in whatever order they were sent. */
export const fingerprintOf = (params: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(params)))
    .digest('base64')

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)])
}
