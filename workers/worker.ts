/** A background task, run by the loop of the main. */
export type Worker = {
  readonly name: string
  /** Does a bounded piece of work. After `idle` the loop pauses for `idleMilliseconds`. */
  readonly step: () => Promise<'worked' | 'idle'>
  readonly idleMilliseconds: number
  /** Ends subscriptions and releases leases. Called when no step is under way. */
  readonly close: () => Promise<void>
}
