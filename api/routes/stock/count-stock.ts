import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import { levelField, reasonField, skuParams } from '../../contract/fields.ts'
import {
  presentStockChanged,
  type StockChangeView,
  type StockCommandRefusal,
  stockChangedSchema,
  stockLocationField,
} from '../../contract/stock.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

export type CountStockRequest = {
  readonly sku: string
  readonly quantity: number
  readonly reason: string
  readonly location?: string | undefined
}
export type CountStockDependencies = {
  readonly countStock: (command: CountStockRequest, origin: Origin) => Promise<StockChangeView | StockCommandRefusal>
}

export const countStockRoute = ({ countStock }: CountStockDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/stock/{sku}/count',
    name: 'countStock',
    tag: 'Stock',
    summary: 'Record what was counted',
    description: 'Recorded even where it is less than promised; the youngest holds give way.',
    access: 'staff',
    params: skuParams,
    body: z
      .strictObject({ quantity: levelField, reason: reasonField, location: stockLocationField })
      .meta({ id: 'CountStockRequest' }),
    responses: { 200: { description: 'The levels after it.', body: stockChangedSchema } },
    refusals: ['unknown_sku', 'unknown_location', 'overloaded', 'outcome_unknown'],
    handle: async ({ params: { sku }, body, origin }) => {
      const changed = await countStock({ sku, ...body }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentStockChanged(changed) }
    },
  })
