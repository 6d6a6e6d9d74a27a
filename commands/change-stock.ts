import type { AdjustStock, CountStock, ReceiveStock, SetSafetyStock, StockRefusal } from '#domain/stock/commands.ts'
import type { Levels } from '#domain/stock/state.ts'
import { stockStream } from '#domain/streams.ts'
import { contextOf, type Origin } from './context.ts'
import type { ReadProductTerms } from './product-terms.ts'
import type { StockWriter } from './stock-stream.ts'

type WithoutId<Command> = Command extends unknown ? Omit<Command, 'commandId'> : never

/** The commands of staff on the stock of one sku at one location. */
export type StockChange = WithoutId<ReceiveStock | AdjustStock | CountStock | SetSafetyStock>

export type ChangeStockAnswer = { readonly outcome: 'changed'; readonly levels: Levels; readonly position: bigint }
export type ChangeStockRefusal =
  | { readonly code: 'unknown_sku'; readonly sku: string }
  | { readonly code: 'unknown_location'; readonly location: string }
  | StockRefusal

export type ChangeStockPorts = {
  readonly stock: StockWriter
  readonly productTerms: ReadProductTerms
  readonly locations: readonly string[]
}

/** Runs a command on stock and answers the levels after it; a repeated command gets the same levels. */
export const changeStock = async (
  place: { readonly sku: string; readonly location?: string | undefined },
  change: StockChange,
  origin: Origin,
  ports: ChangeStockPorts,
): Promise<ChangeStockAnswer | ChangeStockRefusal> => {
  const { sku } = place
  const location = place.location ?? ports.locations[0]
  if (location === undefined || !ports.locations.includes(location))
    return { code: 'unknown_location', location: location ?? '' }
  if ((await ports.productTerms(sku)) === undefined) return { code: 'unknown_sku', sku }
  const command = { ...change, commandId: origin.commandId }
  const context = contextOf(origin)
  const { results, state, position } = await ports.stock.submit(stockStream(sku, location), [command], context)
  const [result] = results
  if (result?.outcome === 'refused') return result.refusal
  const levels = result?.answer.kind === 'levels' ? result.answer.levels : state.levels
  return { outcome: 'changed', levels, position }
}
