/** Readings in milliseconds, whole ones for `now`. Log time is made of the second, see docs/architecture.md, section 4. */
export type Clock = {
  /** Wall clock, since 1970-01-01 UTC; it may be set back. */
  readonly now: () => number
  /** Since some fixed moment; it never goes back. */
  readonly monotonic: () => number
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }
