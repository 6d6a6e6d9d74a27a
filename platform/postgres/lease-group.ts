import { type LeaseRow, leasesToTake } from './lease-shares.ts'
import { type HeldLease, leaseMilliseconds, marginMilliseconds, renewMilliseconds } from './leases.ts'

// Work in a fixed number of partitions, each with its own lease, shared evenly among the live processes. The leases of a dead
// process become free when the database has noticed its death or when they run out; then the others share them.

export type Move = { readonly name: string; readonly token: number; readonly position: bigint }

/** The leases of one group, in a store that all processes share. Each call is atomic. */
export type LeaseStore = {
  /** Renews the leases of the holder and answers all leases of the group; missing ones are created as free. */
  readonly renew: (holder: string) => Promise<readonly LeaseRow[]>
  /** Gives the holder those leases whose token has not changed, under the next token, and answers them. */
  readonly take: (holder: string, wanted: readonly LeaseRow[]) => Promise<readonly LeaseRow[]>
  /** Stores the positions of the leases that the holder still has under that token, and answers their names. */
  readonly advance: (holder: string, moves: readonly Move[]) => Promise<readonly string[]>
  /** Frees all leases of the holder. */
  readonly release: (holder: string) => Promise<void>
}

export type HeldLeases = ReadonlyMap<string, HeldLease>

export type LeaseGroup = {
  /** Renews the leases of this process and takes its share. It asks the store only when that is due, so it can be called often. */
  readonly hold: () => Promise<HeldLeases>
  /** Stores positions; answers the names that were stored. Leases that are missing in the answer were lost meanwhile. */
  readonly advance: (moves: readonly Move[]) => Promise<ReadonlySet<string>>
  /** Frees the leases at once. */
  readonly release: () => Promise<void>
}

export type LeaseGroupOptions = {
  /** This process, by an id of its own. */
  readonly holder: string
  /** Of a holder that shows its presence: called before leases are taken or renewed; see `presence.ts`. */
  readonly show?: () => Promise<void>
  readonly monotonic: () => number
}

export const createLeaseGroup = (store: LeaseStore, { holder, show, monotonic }: LeaseGroupOptions): LeaseGroup => {
  let held: HeldLeases = new Map()
  let heldSince = Number.NEGATIVE_INFINITY
  let renewing: Promise<void> | undefined

  const renew = async (): Promise<void> => {
    const since = monotonic()
    try {
      await show?.()
      const leases = await store.renew(holder)
      const wanted = leasesToTake(leases, holder)
      const taken = wanted.length === 0 ? [] : await store.take(holder, wanted)
      const mine = [...leases.filter((lease) => lease.holder === holder), ...taken]
      held = new Map(mine.map(({ name, token, position }) => [name, { token, position }]))
      heldSince = since
    } catch (error) {
      // While the store is away nobody else can take what has not run out yet.
      if (held.size === 0 || since >= heldSince + leaseMilliseconds - marginMilliseconds) throw error
    }
  }

  return {
    hold: async () => {
      if (held.size > 0 && monotonic() < heldSince + renewMilliseconds) return held
      // Many pieces of work may ask at the same time: one of them asks the store for all.
      renewing ??= renew().finally(() => {
        renewing = undefined
      })
      await renewing
      return held
    },
    advance: async (moves) => {
      const stored = new Set(await store.advance(holder, moves))
      const next = new Map(held)
      for (const { name, token, position } of moves) {
        if (held.get(name)?.token !== token) continue
        if (stored.has(name)) next.set(name, { token, position })
        else next.delete(name)
      }
      held = next
      return stored
    },
    release: async () => {
      if (held.size === 0) return
      held = new Map()
      await store.release(holder)
    },
  }
}
