// The errors of Stripe's API as values. `status` is the HTTP status; the other fields are those of `error` in the body.

export type Refusal = {
  readonly status: 400 | 401 | 402 | 404 | 409 | 429 | 500
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  readonly message: string
  readonly code?: string
  readonly param?: string
  readonly declineCode?: string
  readonly charge?: string
  readonly paymentMethod?: string
}

export const invalidRequest = (message: string, more: { code?: string; param?: string } = {}): Refusal => ({
  status: 400,
  type: 'invalid_request_error',
  message,
  ...more,
})

/** An object named in the path is a 404, one named by a parameter a 400. */
export const noSuchObject = (kind: string, id: string, param: string): Refusal => ({
  status: param === 'id' || param === 'intent' ? 404 : 400,
  type: 'invalid_request_error',
  code: 'resource_missing',
  message: `No such ${kind}: '${id}'`,
  param,
})

/** The object's state does not allow the call. */
export const unexpectedState = (message: string): Refusal =>
  invalidRequest(message, { code: 'payment_intent_unexpected_state' })

export const internalError: Refusal = {
  status: 500,
  type: 'api_error',
  message: 'An unknown error occurred',
}

export const unknownUrl = (method: string, path: string): Refusal => ({
  status: 404,
  type: 'invalid_request_error',
  message: `Unrecognized request URL (${method}: ${path}).`,
})

export const invalidApiKey = (given: boolean): Refusal => ({
  status: 401,
  type: 'invalid_request_error',
  message: given
    ? 'Invalid API Key provided.'
    : 'You did not provide an API key. Set it in the Authorization header, as "Bearer KEY" or as the user name of Basic auth.',
})
