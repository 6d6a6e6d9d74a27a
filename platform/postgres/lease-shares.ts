// Shares a fixed number of leases among the live processes. As with Kinesis consumers, a process with fewer than its share
// takes leases from the process that has most; no process gives one away. This needs no list of processes and no leader. The
// former holder learns of it at its next renewal. Until then two processes may do the same work, and the fencing token keeps
// the former holder from storing anything.

/** A lease as the database has it. */
export type LeaseRow = {
  readonly name: string
  /** Undefined if the lease is free or has run out. */
  readonly holder: string | undefined
  /** Changes whenever the holder changes. */
  readonly token: number
  readonly position: bigint | undefined
}

/** A holder is asked for a lease if it has at least this many more than the process that takes. */
const unfair = 2

/**
 * The leases that `holder` should take: free ones up to its share, then one at a time from the process that holds most, while
 * that one holds at least two more. If all processes do this in turns, none ends with more than ceil(leases / live processes),
 * and from then on no lease moves.
 */
export const leasesToTake = (leases: readonly LeaseRow[], holder: string): readonly LeaseRow[] => {
  const shares = new Map<string, LeaseRow[]>([[holder, []]])
  for (const lease of leases) {
    if (lease.holder === undefined) continue
    const share = shares.get(lease.holder)
    if (share) share.push(lease)
    else shares.set(lease.holder, [lease])
  }
  const held = shares.get(holder)?.length ?? 0
  shares.delete(holder)
  const fairShare = Math.ceil(leases.length / (shares.size + 1))
  const taken = leases.filter((lease) => lease.holder === undefined).slice(0, Math.max(0, fairShare - held))
  for (let left = leases.length; left > 0; left -= 1) {
    const most = [...shares.values()].reduce((one, other) => (other.length > one.length ? other : one), [])
    if (most.length - (held + taken.length) < unfair) break
    taken.push(...most.splice(-1))
  }
  return taken
}
