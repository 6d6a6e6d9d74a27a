import { stockStream } from '#domain/streams.ts'
import { contextOf, type Origin } from './context.ts'
import type { StockWriter } from './stock-stream.ts'

/** Appends the expiries of due holds of one sku at one location, oldest first, up to a bound. False if none was due. */
export const expireDueHolds = async (
  { sku, location }: { readonly sku: string; readonly location: string },
  origin: Origin,
  { stock }: { readonly stock: StockWriter },
): Promise<boolean> => {
  const { commandId } = origin
  const command = { type: 'ExpireDueHolds', commandId } as const
  const { appendedFrom } = await stock.submit(stockStream(sku, location), [command], contextOf(origin, commandId))
  return appendedFrom !== null
}
