import type { Request } from 'express'
import type { LimitRate } from '#platform/redis/rate-limit.ts'
import { type Authenticate, anonymous, type Credential } from '../auth/credential.ts'
import { isRefusal, type Refusal, refuse } from '../problems.ts'
import type { Access, Route } from '../route.ts'
import type { OrderTokens } from '../tokens/order-token.ts'

export type Admission = {
  readonly authenticate: Authenticate
  readonly orderTokens: OrderTokens
  /** Undefined: no rate limit. */
  readonly limitRate?: LimitRate
}

/** The credential of the caller, or why it may not use the route. The body is read only after this. */
export const admit = async (
  { authenticate, orderTokens, limitRate }: Admission,
  route: Route,
  request: Request,
): Promise<Credential | Refusal> => {
  if (route.access === 'open') return anonymous
  const credential = await authenticate(request.headers.authorization)
  if (isRefusal(credential)) return credential
  const { orderId } = request.params
  const objection = objectionTo(route.access, credential, () =>
    tokenFits(orderTokens, request.headers['order-token'], orderId),
  )
  if (objection !== undefined) return objection
  const retryAfterSeconds = await limitRate?.(credential.id)
  if (retryAfterSeconds === undefined) return credential
  return { ...refuse('rate_limited', `Try again in ${retryAfterSeconds} s.`), retryAfterSeconds }
}

const tokenFits = (
  orderTokens: OrderTokens,
  token: string | readonly string[] | undefined,
  orderId: string | readonly string[] | undefined,
): boolean => typeof token === 'string' && typeof orderId === 'string' && orderTokens.fits(token, orderId)

const isStaff = ({ kind }: Credential): boolean => kind === 'staff' || kind === 'admin'

/**
 * The order token is checked before the order is looked up, and the answer is the same whether the order exists or not. So it
 * can say what is missing without revealing which orders exist.
 */
const objectionTo = (
  access: Exclude<Access, 'open'>,
  credential: Credential,
  hasOrderToken: () => boolean,
): Refusal<'forbidden' | 'order_token_required'> | undefined => {
  switch (access) {
    case 'shopper':
      return undefined
    case 'order':
      if (isStaff(credential) || hasOrderToken()) return undefined
      return refuse('order_token_required', 'Send the token of this order in the Order-Token header.')
    case 'staff':
      return isStaff(credential) ? undefined : refuse('forbidden', 'A staff token is required.')
    case 'admin':
      return credential.kind === 'admin' ? undefined : refuse('forbidden', 'A token with the role admin is required.')
  }
}
