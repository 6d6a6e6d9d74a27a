export type GetRequest = { readonly path: string; readonly headers: Readonly<Record<string, string>> }

/**
 * Open loop: requests are sent at fixed moments, whether earlier ones were answered or not, and the latency of each counts
 * from the moment at which it was due. So a server that stalls is charged for all requests that come meanwhile. Closed
 * loop: each client sends its next request as soon as the last one is answered.
 */
export type Traffic =
  | { readonly kind: 'open'; readonly perSecond: number; readonly milliseconds: number }
  | { readonly kind: 'closed'; readonly clients: number; readonly milliseconds: number }

/** The requests are sent in turn, over and over. */
export type TrafficOptions = {
  readonly url: string
  readonly requests: readonly GetRequest[]
  readonly traffic: Traffic
}

export type TrafficTimings = {
  /** Milliseconds, in the order of the answers. */
  readonly latencies: Float64Array
  /** Until the last answer. */
  readonly milliseconds: number
  /** Requests that were not answered 200: how often which status or which error. */
  readonly failures: ReadonlyMap<string, number>
}
