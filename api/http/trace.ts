import type { IncomingHttpHeaders } from 'node:http'

// W3C Trace Context: the trace of the caller continues in the metadata of the events and in the answer.

export type Trace = {
  readonly requestId: string
  readonly correlationId: string
  readonly traceId: string
  readonly traceparent: string
}

const traceparentPattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})/
const callersIdPattern = /^[A-Za-z0-9._:-]{1,64}$/

const callersId = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' && callersIdPattern.test(value) ? value : undefined

/** The trace of a request, or a new one if it names no valid trace. `newId` returns random UUIDs. */
export const traceOf = (headers: IncomingHttpHeaders, newId: () => string): Trace => {
  const own = newId().replaceAll('-', '')
  const given = headers.traceparent
  const match = typeof given === 'string' ? traceparentPattern.exec(given) : null
  const traceId = match?.[1] ?? own
  // The second half of a random UUID. It has the variant, so it is never all zeros, which would be invalid.
  const spanId = own.slice(16)
  const requestId = callersId(headers['x-request-id']) ?? own
  return {
    requestId,
    correlationId: callersId(headers['x-correlation-id']) ?? requestId,
    traceId,
    traceparent: `00-${traceId}-${spanId}-${match?.[2] ?? '01'}`,
  }
}
