import type { ServerResponse } from 'node:http'
import { problemContentType, problemOf, problems, type Refusal } from '../problems.ts'
import type { Route, RouteAnswer } from '../route.ts'
import { discardBody, isBodyComing, isRefusedBeforeSending } from './body.ts'
import type { Trace } from './trace.ts'

/** An answer as it is sent. */
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

/** A proxy may not cache an answer; a browser may not guess its type or run anything in it. */
const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

/**
 * Sends the answer. If the body of the request is still arriving, the answer is written at once, but the response ends only when
 * the rest of the body has been discarded. Ending it earlier may close the connection before the sender has read the answer.
 */
export const send = (response: ServerResponse, trace: Trace, answer: WrittenAnswer): void => {
  response.writeHead(answer.status, {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.text),
    'x-request-id': trace.requestId,
    'x-correlation-id': trace.correlationId,
    traceparent: trace.traceparent,
    ...securityHeaders,
    // A body that was not asked for may come or not, so the connection cannot serve another request.
    ...(isRefusedBeforeSending(response.req) ? { connection: 'close' } : {}),
    ...answer.headers,
  })
  if (!isBodyComing(response.req)) {
    response.end(answer.text)
    return
  }
  response.write(answer.text)
  // Half closed: a sender that waits for the answer closes the rest, and the body of one that did not wait is discarded. If
  // earlier requests of the connection have no answer yet, their answers have to be sent first.
  if (isRefusedBeforeSending(response.req) && response.socket !== null) response.req.socket.end()
  void discardBody(response.req).then((outcome) => {
    const isFirst = response.socket !== null
    response.end()
    if (outcome === 'ended') return
    if (isFirst) response.req.socket.destroy()
    else response.once('finish', () => response.req.socket.destroySoon())
  })
}
