import type { IncomingHttpHeaders } from 'node:http'

// W3C Trace Context: a caller's trace goes on through Holdfast, into the metadata of events and back out in the answer.

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

/** The trace that a request belongs to; a new one where it names none that is valid. `newId` gives random UUIDs. */
export const traceOf = (headers: IncomingHttpHeaders, newId: () => string): Trace => {
  const own = newId().replaceAll('-', '')
  const given = headers.traceparent
  const match = typeof given === 'string' ? traceparentPattern.exec(given) : null
  const traceId = match?.[1] ?? own
  // The end of a random id, free of the version digits that sit in its middle.
  const spanId = own.slice(16)
  const requestId = callersId(headers['x-request-id']) ?? own
  return {
    requestId,
    correlationId: callersId(headers['x-correlation-id']) ?? requestId,
    traceId,
    traceparent: `00-${traceId}-${spanId}-${match?.[2] ?? '01'}`,
  }
}
