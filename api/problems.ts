/** Every refusal: its code is stable and for programs. No other place chooses the HTTP status of a refusal. */
export const problems = {
  malformed_request: { status: 400, title: 'The request cannot be read' },
  malformed_json: { status: 400, title: 'The body is not JSON' },
  invalid_idempotency_key: { status: 400, title: 'The Idempotency-Key is not valid' },
  invalid_signature: { status: 400, title: 'The signature does not match the body' },

  unauthenticated: { status: 401, title: 'A valid credential is required' },

  forbidden: { status: 403, title: 'The credential does not allow this' },
  order_token_required: { status: 403, title: "The order's own token is required" },

  route_not_found: { status: 404, title: 'There is nothing at this address' },
  product_not_found: { status: 404, title: 'No such product' },
  reservation_not_found: { status: 404, title: 'No such reservation' },
  order_not_found: { status: 404, title: 'No such order' },
  transfer_not_expected: { status: 404, title: 'No such transfer is expected' },
  stock_not_found: { status: 404, title: 'No stock of this sku is known' },

  method_not_allowed: { status: 405, title: 'The method is not allowed here' },

  out_of_stock: { status: 409, title: 'Not enough stock is available' },
  price_changed: { status: 409, title: 'The price has changed' },
  product_discontinued: { status: 409, title: 'The product is discontinued' },
  product_exists: { status: 409, title: 'The sku is taken' },
  reservation_closed: { status: 409, title: 'The reservation has ended' },
  terms_differ: { status: 409, title: 'The reservation was made on other terms' },
  expired: { status: 409, title: 'The reservation or order has expired' },
  already_placed: { status: 409, title: 'The reservation is already an order' },
  payment_in_progress: { status: 409, title: 'Another payment of this order is in progress' },
  already_paid: { status: 409, title: 'The order is already paid' },
  stock_lost: { status: 409, title: 'The stock of the order was lost' },
  already_shipped: { status: 409, title: 'The order has been shipped' },
  currency_changed: { status: 409, title: 'The currency of a product cannot change' },
  exceeds_stock: { status: 409, title: 'More units than are on hand' },
  attempts_exhausted: { status: 409, title: 'The order had too many payment attempts' },
  wrong_state: { status: 409, title: "The order's state does not allow this" },

  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },

  validation_failed: { status: 422, title: 'The request does not match its schema' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another body' },
  invalid_reservation_token: { status: 422, title: 'The reservation token is not valid' },
  invalid_cursor: { status: 422, title: 'The cursor is not valid' },
  unknown_sku: { status: 422, title: 'A sku is not known' },
  unknown_location: { status: 422, title: 'A location is not configured' },
  mixed_currency: { status: 422, title: 'All lines must have one currency' },
  payment_method_unavailable: { status: 422, title: 'The payment method is not offered' },
  transfer_differs: { status: 422, title: 'The transfer is not the amount due' },
  total_too_large: { status: 422, title: 'The total is more than one payment can take' },
  exceeds_order: { status: 422, title: 'More units than the order allows' },
  exceeds_payment: { status: 422, title: 'More than was paid and not refunded' },

  rate_limited: { status: 429, title: 'Too many requests' },

  internal_error: { status: 500, title: 'Something went wrong on our side' },

  overloaded: { status: 503, title: 'Too busy at the moment' },
  outcome_unknown: { status: 503, title: 'The outcome is not known yet' },
  unavailable: { status: 503, title: 'A service that this needs is unavailable' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>

export type ProblemCode = keyof typeof problems

/**
 * Why a request is refused. `detail` is one line for people: what was wrong and what it takes. `members` are further members
 * of the problem document, such as the lines of `out_of_stock`.
 */
export type Refusal<Code extends ProblemCode = ProblemCode> = {
  readonly code: Code
  readonly detail: string
  readonly members?: Readonly<Record<string, unknown>>
  readonly retryAfterSeconds?: number
}

export const refuse = <Code extends ProblemCode>(
  code: Code,
  detail: string,
  members?: Readonly<Record<string, unknown>>,
): Refusal<Code> => (members === undefined ? { code, detail } : { code, detail, members })

export const isRefusal = (value: object): value is Refusal => 'code' in value

export const problemContentType = 'application/problem+json'

/** The problem document (RFC 9457) of a refusal. `type` is the address of the code in the documentation. */
export const problemOf = (refusal: Refusal, traceId: string): Readonly<Record<string, unknown>> => ({
  ...refusal.members,
  type: `/docs#problem-${refusal.code}`,
  title: problems[refusal.code].title,
  status: problems[refusal.code].status,
  detail: refusal.detail,
  code: refusal.code,
  traceId,
})
