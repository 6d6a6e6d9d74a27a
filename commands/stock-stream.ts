import type { StockAnswer, StockCommand, StockRefusal } from '#domain/stock/commands.ts'
import { decideStock } from '#domain/stock/decide.ts'
import { isStockSnapshot } from '#domain/stock/draft.ts'
import { type StockEvent, stockEventSchemas } from '#domain/stock/events.ts'
import { createStockFold, stockStateVersion } from '#domain/stock/evolve.ts'
import { isRefusal, mergeRefusals } from '#domain/stock/merge-refusals.ts'
import type { StockState } from '#domain/stock/state.ts'
import type { StreamRules } from './stream-writer/types.ts'
import type { StreamWriter } from './stream-writer/writer.ts'

export type StockWriter = StreamWriter<StockState, StockCommand, StockAnswer, StockRefusal>

/** How a stock stream is folded and decided: refusals of one write become one event. */
export const stockRules: StreamRules<StockState, StockCommand, StockEvent, StockAnswer, StockRefusal> = {
  stateVersion: stockStateVersion,
  createFold: () => createStockFold(),
  restoreFold: (snapshot) => (isStockSnapshot(snapshot) ? createStockFold(snapshot) : undefined),
  decide: decideStock,
  isEvent: (event): event is StockEvent => Object.hasOwn(stockEventSchemas, event.type),
  merging: { applies: isRefusal, merge: mergeRefusals },
}
