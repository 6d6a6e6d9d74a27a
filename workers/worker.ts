/** What the main loops over. */
export type Worker = {
  readonly name: string
  /** Does a bounded piece of work. `idle`: there is no use in coming back before `idleMilliseconds` are over. */
  readonly step: () => Promise<'worked' | 'idle'>
  readonly idleMilliseconds: number
  /** Lets go of subscriptions and leases; no step is under way then. */
  readonly close: () => Promise<void>
}
