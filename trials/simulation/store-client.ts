import type { LeaseStore } from '#platform/postgres/lease-group.ts'
import type { Lease } from '#platform/postgres/leases.ts'
import type { HoldRow } from '#projections/holds/table.ts'
import { holdTable } from '#projections/holds/table.ts'
import { type OrderRow, orderTable } from '#projections/orders/table.ts'
import type { ProjectionStore } from '#projections/ports.ts'
import type { SweepQueries } from '#workers/sweep.ts'
import type { Faults } from './faults.ts'
import { type Host, Simulated, type Trip } from './host.ts'
import { journey } from './log-client.ts'
import type { Random } from './random.ts'
import type { StoreServer } from './store.ts'

// One process's connection to the database of the read models.

export type StoreClientOptions = {
  readonly server: StoreServer
  readonly host: Host
  readonly random: Random
  readonly faults: () => Faults
}

export type StoreClient = {
  readonly projections: ProjectionStore
  readonly queries: SweepQueries
  readonly lease: (name: string) => Lease
  readonly leaseStore: (names: readonly string[]) => LeaseStore
}

/** As the real lease has them. */
const renewMilliseconds = 3_000
const giveUpMilliseconds = 8_000

export const createStoreClient = ({ server, host, random, faults }: StoreClientOptions): StoreClient => {
  const ask = <Answer>(label: string, serve: () => Answer, trip: Partial<Trip> = {}): Promise<Answer> => {
    const fails = random.chance(faults().storeFails)
    const failing = (): Answer => {
      if (fails) throw new Simulated('simulated: the database is away')
      return serve()
    }
    return host.call(label, failing, { ...journey(random, faults()), ...trip })
  }

  const projections: ProjectionStore = {
    load: (projection, keys) => ask(`load ${projection} ${keys.length}`, () => server.load(projection, keys)),
    commit: (commit) => {
      const unheard = random.chance(faults().commitUnheard)
      const trip = unheard ? { unheard, silentAfter: random.below(2_000) } : {}
      return ask(`commit ${commit.projection} ${commit.rows.length}`, () => server.commit(commit), trip)
    },
  }

  const lease = (name: string): Lease => {
    let held: (ReturnType<StoreServer['takeLease']> & { readonly since: number }) | undefined
    return {
      hold: async () => {
        const since = host.monotonic()
        if (held !== undefined && since < held.since + renewMilliseconds) return held
        try {
          const taken = await ask(`lease ${name}`, () => server.takeLease(name, host.name))
          held = taken && { ...taken, since }
        } catch (error) {
          if (held === undefined || since >= held.since + giveUpMilliseconds) throw error
        }
        return held
      },
      advance: async ({ token }, position) => {
        const moved = await ask(`advance ${name}`, () => server.advanceLease(name, host.name, token, position))
        if (!moved) held = undefined
        return moved
      },
      release: async () => {
        if (held === undefined) return
        const { token } = held
        held = undefined
        await ask(`release ${name}`, () => server.releaseLease(name, host.name, token))
      },
    }
  }

  /** No process of a run stops cleanly, so none releases its leases. */
  const leaseStore = (names: readonly string[]): LeaseStore => ({
    renew: (holder) => ask('renew leases', () => server.renewLeases(names, holder)),
    take: (holder, wanted) => ask(`take ${wanted.length} leases`, () => server.takeLeases(wanted, holder)),
    advance: (holder, moves) => ask(`advance ${moves.length}`, () => server.advanceLeases(moves, holder)),
    release: async () => undefined,
  })

  return { projections, queries: sweepQueries(server, ask), lease, leaseStore }
}

const byKey = (one: HoldRow): string => `${one.reservation_id}/${one.line}/${one.sku}/${one.location}`

/** The queries of the sweep, over the current rows. */
const sweepQueries = (
  server: StoreServer,
  ask: <Answer>(label: string, serve: () => Answer) => Promise<Answer>,
): SweepQueries => ({
  ordersToLookAt: (at, limit) =>
    ask('orders due', () =>
      server
        .rowsOf<OrderRow>(orderTable)
        .flatMap(({ order_id: id, look_again_at: due }) => (due !== null && due <= at ? [{ id, due }] : []))
        .sort((one, other) => one.due - other.due)
        .slice(0, limit)
        .map(({ id }) => id),
    ),
  stocksWithDueHolds: (at, limit) =>
    ask('stocks with due holds', () => {
      const due = server
        .rowsOf<HoldRow>(holdTable)
        .filter(({ status, expires_at: expiresAt }) => status === 'held' && expiresAt !== null && expiresAt <= at)
        .sort((one, other) => (one.expires_at ?? 0) - (other.expires_at ?? 0))
      return [...new Map(due.map((hold) => [`${hold.sku}@${hold.location}`, hold])).values()].slice(0, limit)
    }),
  holdsInShortfall: ({ after, limit }) =>
    ask('holds in shortfall', () => {
      const rank = (one: HoldRow): string => `${String(one.shortfall_at).padStart(16, '0')}/${byKey(one)}`
      return server
        .rowsOf<HoldRow>(holdTable)
        .filter((hold) => hold.shortfall_at !== null && (after === undefined || rank(hold) > rank(after)))
        .sort((one, other) => (rank(one) < rank(other) ? -1 : 1))
        .slice(0, limit)
    }),
})
