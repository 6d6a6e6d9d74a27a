// What a switch does to a call. Those that act before the execution leave nothing under the idempotency key, as with Stripe;
// a 500 after it is kept there, and the work is done all the same.

import type { CallFailure } from '../faults/faults.ts'
import { keyInUse } from '../ledger/idempotency.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { internalError, type Refusal } from '../objects/refusal.ts'
import { type Answer, answerRefusal, type Call } from './call.ts'

/** The connection is closed, or kept open without an answer. */
export type Unanswered = 'dropped' | 'silent'

export type EarlyAnswer = Answer & { readonly retryAfterSeconds?: number }

const rateLimited: Refusal = {
  status: 429,
  type: 'invalid_request_error',
  code: 'rate_limit',
  message: 'Request rate limit exceeded. Retry the request after a while.',
}

/** What happens instead of executing the call; null if it is executed. */
export const insteadOf = (failure: CallFailure | null, call: Call): EarlyAnswer | Unanswered | null => {
  switch (failure?.kind) {
    case 'error_before':
      return answerRefusal(internalError)
    case 'conflict':
      return answerRefusal(keyInUse(call.idempotencyKey ?? 'none given'))
    case 'rate_limit':
      return { ...answerRefusal(rateLimited), retryAfterSeconds: failure.retryAfterSeconds }
    case 'silence':
      return 'silent'
    case 'error_after':
    case 'dropped_answer':
    case undefined:
      return null
    default:
      return failure satisfies never
  }
}

type Execute = (ledger: Ledger) => Answer

export const executedWith = (failure: CallFailure | null, execute: Execute): Execute => {
  if (failure?.kind !== 'error_after') return execute
  return (ledger) => {
    execute(ledger)
    return answerRefusal(internalError)
  }
}
