// Who takes which of a fixed number of leases, so that every live process gets its part and none is asked to give one
// away: as consumers of Kinesis do it, who has too few takes from who has most. It needs no list of processes and no
// leader. Who was taken from learns it at its next renewal; until then two may do the same work, and fencing tokens keep
// the former holder from storing anything.

/** A lease as the database has it. */
export type LeaseRow = {
  readonly name: string
  /** Undefined where nobody holds it, or its holder let it run out. */
  readonly holder: string | undefined
  /** Another whenever the holder changes. */
  readonly token: number
  readonly position: bigint | undefined
}

/** With one more than another process there is nothing to share out; with two more there is. */
const unfair = 2

/**
 * Leases for `holder` to take: of those that are free as many as make its share, then from whoever holds most while that
 * one holds at least two more. Where all take turns nobody ends with more than ceil(leases / live processes), and from
 * then on nothing moves.
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
