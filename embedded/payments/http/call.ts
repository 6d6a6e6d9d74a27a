// A call on the API, what answers it, and how a schema and a function make an endpoint.

import type { z } from 'zod'
import type { Operation } from '../faults/fault-plan.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Intent } from '../objects/intent-state.ts'
import { presentError, presentIntent } from '../objects/present.ts'
import type { Refusal } from '../objects/refusal.ts'
import { type Params, refusalOf } from './params.ts'

export type Call = {
  readonly method: string
  readonly path: string
  /** Null for what is not of Stripe's API: there nothing goes wrong. */
  readonly operation: Operation | null
  /** The id in the path, or empty. */
  readonly id: string
  readonly params: Params
  readonly idempotencyKey: string | null
  /** The API version that the caller names, such as 2026-09-30.endive. */
  readonly apiVersion: string | null
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly newId: (prefix: string) => string
}

export type Answer = { readonly status: number; readonly body: string }

type Execute = (ledger: Ledger) => Answer

/** Checking the parameters comes before executing, as Stripe keeps an answer under its key only from then on. */
export type Endpoint = (
  call: Call,
) => { readonly kind: 'refused'; readonly refusal: Refusal } | { readonly kind: 'ready'; readonly execute: Execute }

export const endpoint =
  <P>(schema: z.ZodType<P>, execute: (params: P, call: Call, ledger: Ledger) => Answer): Endpoint =>
  (call) => {
    const checked = schema.safeParse(call.params)
    if (!checked.success) return { kind: 'refused', refusal: refusalOf(checked.error, call.params) }
    return { kind: 'ready', execute: (ledger) => execute(checked.data, call, ledger) }
  }

export const answerOk = (body: object): Answer => ({ status: 200, body: JSON.stringify(body) })

/** Errors about an intent carry it. */
export const answerRefusal = (refusal: Refusal, intent?: Intent): Answer => ({
  status: refusal.status,
  body: JSON.stringify({
    error: { ...presentError(refusal), ...(intent === undefined ? {} : { payment_intent: presentIntent(intent) }) },
  }),
})

export const secondsOf = (call: Call): number => Math.floor(call.at / 1000)
