import type { ServerResponse } from 'node:http'
import { problemContentType, problemOf, problems, type Refusal } from '../problems.ts'
import type { Route, RouteAnswer } from '../route.ts'
import { discardBody, isBodyComing, isRefusedBeforeSending } from './body.ts'
import type { Trace } from './trace.ts'

/** An answer as it goes over the wire. */
export type WrittenAnswer = {
  readonly status: number
  readonly contentType: string
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
}

const jsonContentType = 'application/json'

export const writtenAnswer = (route: Route, { status, body, headers }: RouteAnswer): WrittenAnswer => {
  const contentType = route.responses[status]?.contentType ?? jsonContentType
  const text = contentType === jsonContentType ? JSON.stringify(body) : String(body)
  return headers === undefined ? { status, contentType, text } : { status, contentType, text, headers }
}

export const writtenRefusal = (refusal: Refusal, traceId: string): WrittenAnswer => ({
  status: problems[refusal.code].status,
  contentType: problemContentType,
  text: JSON.stringify(problemOf(refusal, traceId)),
  headers: {
    ...(refusal.code === 'unauthenticated' ? { 'www-authenticate': 'Bearer' } : {}),
    ...(refusal.retryAfterSeconds === undefined ? {} : { 'retry-after': String(refusal.retryAfterSeconds) }),
  },
})

/** Nothing that is answered may be cached by a proxy, guessed at by type, or run by a browser. */
const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

/**
 * Sends the answer. If the body is still coming, the answer is written at once and the response ends when the rest has been
 * read away: ending it earlier may close the connection, and the sender would see that instead of the answer.
 */
export const send = (response: ServerResponse, trace: Trace, answer: WrittenAnswer): void => {
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.text),
    'x-request-id': trace.requestId,
    'x-correlation-id': trace.correlationId,
    traceparent: trace.traceparent,
    ...securityHeaders,
    // The body that was not asked for does not come, so the connection cannot serve another request.
    ...(isRefusedBeforeSending(response.req) ? { connection: 'close' } : {}),
    ...answer.headers,
  })
  if (!isBodyComing(response.req)) {
    response.end(answer.text)
    return
  }
  response.write(answer.text)
  void discardBody(response.req).then((outcome) => {
    response.end()
    if (outcome === 'too_long') response.req.socket.destroy()
  })
}
