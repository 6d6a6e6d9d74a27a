export type Request = { readonly path: string; readonly headers: Readonly<Record<string, string>> }

/**
 * Open: so many requests a second leave at fixed moments, whether those before were answered or not, and each is timed
 * from the moment at which it was due: a server that stalls is charged for everyone who would have come meanwhile. Closed:
 * so many clients, each asking again as soon as it is answered.
 */
export type Traffic =
  | { readonly kind: 'open'; readonly perSecond: number; readonly milliseconds: number }
  | { readonly kind: 'closed'; readonly clients: number; readonly milliseconds: number }

/** `requests` are asked in turn, over and over. */
export type Drive = { readonly url: string; readonly requests: readonly Request[]; readonly traffic: Traffic }

export type Driven = {
  /** Milliseconds, in the order of the answers. */
  readonly latencies: Float64Array
  /** Until the last answer. */
  readonly milliseconds: number
  /** What was not answered 200: how often which status, or which error. */
  readonly failures: ReadonlyMap<string, number>
}
