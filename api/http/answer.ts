import type { ServerResponse } from 'node:http'
import { problemContentType, problemOf, problems, type Refusal } from '../problems.ts'
import type { Answer, Route } from '../route.ts'
import type { Trace } from './trace.ts'

/** An answer as it goes over the wire. */
export type WrittenAnswer = {
  readonly status: number
  readonly contentType: string
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
}

const jsonContentType = 'application/json'

export const writtenAnswer = (route: Route, { status, body, headers }: Answer): WrittenAnswer => {
  const contentType = route.responses[status]?.contentType ?? jsonContentType
  const text = contentType === jsonContentType ? JSON.stringify(body) : String(body)
  return headers === undefined ? { status, contentType, text } : { status, contentType, text, headers }
}

export const writtenRefusal = (refusal: Refusal, traceId: string): WrittenAnswer => ({
  status: problems[refusal.refused].status,
  contentType: problemContentType,
  text: JSON.stringify(problemOf(refusal, traceId)),
  headers: {
    ...(refusal.refused === 'unauthenticated' ? { 'www-authenticate': 'Bearer' } : {}),
    ...(refusal.retryAfterSeconds === undefined ? {} : { 'retry-after': String(refusal.retryAfterSeconds) }),
    // What is left of a body that was too large is not read, so the connection cannot serve another request.
    ...(refusal.refused === 'body_too_large' ? { connection: 'close' } : {}),
  },
})

/** Nothing that is answered may be cached by a proxy, guessed at by type, or run by a browser. */
const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

export const send = (response: ServerResponse, trace: Trace, answer: WrittenAnswer): void => {
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.text),
    'x-request-id': trace.requestId,
    'x-correlation-id': trace.correlationId,
    traceparent: trace.traceparent,
    ...securityHeaders,
    ...answer.headers,
  })
  response.end(answer.text)
}
