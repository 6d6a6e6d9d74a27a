import type { Request } from 'express'
import type { PositionWaiter } from '#projections/position-waiter.ts'
import type { Credential } from '../auth/credential.ts'
import { isRefusal, type Refusal, refuse } from '../problems.ts'
import type { PreparedRequest, Route, RouteAnswer } from '../route.ts'
import { parseJsonBody } from './body.ts'
import { type Idempotency, type KeyedRequest, keyProblem } from './idempotency.ts'
import { unstorableText } from './validation.ts'

/** The request as the schemas of its route parse it, or why it does not match them. */
export const prepareRequest = (route: Route, request: Request, rawBody: Buffer): PreparedRequest | Refusal => {
  const hasBody = route.method !== 'get' && route.rawBody !== true
  const body = hasBody ? parseJsonBody(rawBody, request.headers['content-type']) : { value: undefined }
  if (isRefusal(body)) return body
  const { params } = request
  const query = request.url.includes('?') ? request.query : {}
  const unstorable = unstorableText('path', params) ?? unstorableText('query', query)
  return unstorable ?? route.prepare({ params, query, body: body.value })
}

/** The request with its Idempotency-Key. Undefined if it has no key or the route keeps no answers. */
export const attemptOf = (
  idempotency: Idempotency,
  {
    route,
    request,
    credential,
    prepared,
  }: {
    readonly route: Route
    readonly request: Request
    readonly credential: Credential
    readonly prepared: PreparedRequest
  },
): KeyedRequest | Refusal | undefined => {
  const key = request.headers['idempotency-key']
  if (key === undefined || route.method === 'get' || route.access === 'open') return undefined
  if (typeof key !== 'string') return refuse('invalid_idempotency_key', 'Send only one Idempotency-Key.')
  return (
    keyProblem(key) ??
    idempotency.attemptOf({
      credentialId: credential.id,
      subject: `${route.method} ${route.path} ${JSON.stringify(prepared.params)}`,
      key,
      body: prepared.body,
    })
  )
}

/** Added to an answer if its read model has not reached `minPosition`. */
export type Staleness = { readonly stale: true; readonly behind: number } | undefined

export const awaitMinPosition = async (
  waitForPosition: PositionWaiter,
  route: Route,
  { minPosition }: PreparedRequest,
): Promise<Staleness> => {
  if (route.reads === undefined || minPosition === undefined) return undefined
  const reached = await waitForPosition(route.reads, minPosition)
  return reached.stale ? { stale: true, behind: Number(reached.behind) } : undefined
}

export const withStaleness = (answer: RouteAnswer, staleness: Staleness): RouteAnswer =>
  staleness === undefined || typeof answer.body !== 'object'
    ? answer
    : { ...answer, body: { ...answer.body, ...staleness } }
