import type { Request } from 'express'
import type { LimitRate } from '#platform/redis/rate-limit.ts'
import { type Authenticate, anonymous, type Credential } from '../auth/credential.ts'
import { isRefusal, type Refusal, refuse } from '../problems.ts'
import type { Access, Route } from '../route.ts'
import type { OrderTokens } from '../tokens/order-token.ts'

export type Admission = {
  readonly authenticate: Authenticate
  readonly orderTokens: OrderTokens
  /** Left out: no rate limit. */
  readonly limitRate?: LimitRate
}

/** Who calls, or why the route is closed to them. Nothing of the body is read before this has passed. */
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
 * A missing or foreign order token is answered before the order is looked for, the same whether it exists or not: so
 * the answer can say what is missing, and yet tells nobody which orders there are.
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
      return refuse('order_token_required', "Send the order's own token in the Order-Token header.")
    case 'staff':
      return isStaff(credential) ? undefined : refuse('forbidden', 'This takes a staff token.')
    case 'admin':
      return credential.kind === 'admin' ? undefined : refuse('forbidden', 'This takes an admin token.')
  }
}
