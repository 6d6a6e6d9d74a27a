import type { AnyTable, Projection, ProjectionStore } from '#projections/ports.ts'
import { createProjector } from '#projections/projector.ts'
import type { LogServer } from '../log.ts'
import { createStoreServer, type StoreServer } from '../store.ts'
import type { Books } from './books.ts'
import { numberIn, textIn } from './data.ts'

// I4: the read models are what a fresh fold of the log gives, and what the books have counted.

const storeOn = (server: StoreServer): ProjectionStore => ({
  load: async (projection, keys) => server.load(projection, keys),
  commit: async (commit) => server.commit(commit),
})

const everything = 100_000

const refolded = async (log: LogServer, projections: readonly Projection[]): Promise<StoreServer> => {
  const noLeases = (problem: string): void => {
    throw new Error(problem)
  }
  const server = createStoreServer(() => 0, noLeases)
  const projector = createProjector({ projections, store: storeOn(server), now: () => 0 })
  await projector.start()
  projector.accept({ entries: log.after(0n, undefined, everything), position: log.end() })
  await projector.step()
  return server
}

const linesOf = (server: StoreServer, table: AnyTable): readonly string[] =>
  server
    .rowsOf(table)
    .map((row) => JSON.stringify(row))
    .sort()

/** Whether every projection has taken all that is there to be taken. */
export const areCaughtUp = (store: StoreServer, log: LogServer, projections: readonly Projection[]): boolean => {
  const last = log.after(0n, ['stock-', 'order-', 'product-'], everything).at(-1)?.position ?? 0n
  return projections.every(({ name }) => (store.head(name).position ?? 0n) >= last)
}

const miscounted = (
  store: StoreServer,
  books: Books,
  table: (name: string) => AnyTable | undefined,
): readonly string[] => {
  const levels = table('stock_levels')
  if (levels === undefined) return []
  return store.rowsOf(levels).flatMap((row) => {
    const { onHand, held, committed } = books.stock
      .get(`stock-${textIn(row, 'sku')}@${textIn(row, 'location')}`)
      ?.levels() ?? { onHand: Number.NaN, held: 0, committed: 0 }
    const said = [numberIn(row, 'on_hand'), numberIn(row, 'held'), numberIn(row, 'committed')].join()
    return said === [onHand, held, committed].join() ? [] : [`stock of ${textIn(row, 'sku')} is shown as ${said}`]
  })
}

/** `poisoned`: streams that nobody can read, and which therefore wait. */
export const wrongReadModels = async (
  { store, log, books }: { readonly store: StoreServer; readonly log: LogServer; readonly books: Books },
  projections: readonly Projection[],
  poisoned: readonly string[],
): Promise<readonly string[]> => {
  const fresh = await refolded(log, projections)
  const tables = projections.flatMap((projection) => projection.tables)
  const differing = tables.flatMap((table) => {
    const shown = linesOf(store, table)
    const folded = linesOf(fresh, table)
    const index = folded.findIndex((line, at) => line !== shown[at])
    if (index < 0 && shown.length === folded.length) return []
    return [`${table.name} shows ${shown[index] ?? `${shown.length} rows`} where the log says ${folded[index]}`]
  })
  const parked = projections.flatMap(({ name }) =>
    [...store.head(name).parked.values()].flatMap(({ stream, problem }) =>
      poisoned.includes(stream) ? [] : [`${name} has parked ${stream}: ${problem}`],
    ),
  )
  return [...differing, ...parked, ...miscounted(store, books, (name) => tables.find((one) => one.name === name))]
}
