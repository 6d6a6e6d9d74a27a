import type { Mapping } from '../mapping.ts'
import { addCounts, type Counts, openProgress } from '../progress.ts'
import { createStopwatch, type Phase } from '../stopwatch.ts'
import type { ImportTarget } from '../target.ts'
import type { ReadGroups } from './groups.ts'
import { sellAll } from './sell-all.ts'
import { planStock, receiveStock, type StockPolicy } from './stock-plan.ts'
import { takeBackAll } from './take-back-all.ts'

// All purchases first, in the order of the files, then all cancellations in order of date: a cancellation may come before
// its purchase in the files, and its purchase may be of an earlier run.

export type OrdersImport = {
  readonly files: readonly string[]
  readonly mapping: Mapping
  /** Names the import: of the files' bytes, the mapping and the options. */
  readonly hash: string
  readonly policy: StockPolicy
}

/** While order lines are appended: stock was received before, returns come after. */
export const sellingPhase = 'selling'

export type OrdersReport = Counts & {
  readonly orders: number
  readonly lines: number
  /** Cancelled lines that took something back, and those of them that found only a part of their units. */
  readonly returned: number
  readonly returnedPartly: number
  readonly cancellations: number
  readonly seconds: number
  /** The parts of `seconds`, in their order. */
  readonly phases: readonly Phase[]
  readonly alreadyDone: boolean
}

const nothing = { orders: 0, lines: 0, returned: 0, returnedPartly: 0, cancellations: 0, seconds: 0, phases: [] }

/** Imports past orders. Asked again it adds nothing; broken off, it goes on where it was. */
export const importOrders = async (world: ImportTarget, options: OrdersImport): Promise<OrdersReport> => {
  const { files, mapping, hash, policy } = options
  if (mapping.orders === undefined) throw new Error(`The mapping ${mapping.name} has no part for orders.`)
  const progress = await openProgress(world, hash)
  if (progress.before.done) return { ...progress.before, ...nothing, alreadyDone: true }
  const { run, phases, seconds } = createStopwatch()
  const source: ReadGroups = { files, format: mapping.format, mapping: mapping.orders, onProblem: world.warn }
  const { currency } = mapping.orders.price
  const { name } = mapping
  const plan = await run('planning', () => planStock(world, source, { mapping: name, done: progress.before.records }))
  const earlier = await run('receiving stock', () => receiveStock(world, plan, { hash, policy }))
  const terms = { mapping: name, currency, earlier }
  const sales = await run(sellingPhase, () => sellAll(world, source, { plan, progress, terms }))
  const returns = await run('taking back', () => takeBackAll(world, sales.cancellations, name))
  const counts = addCounts(sales.counts, returns.counts)
  await progress.save(counts, true)
  const { orders, lines } = sales
  return { ...counts, ...returns.report, orders, lines, seconds: seconds(), phases, alreadyDone: false }
}
