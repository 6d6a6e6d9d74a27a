import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import { levelField, skuParams } from '../../contract/fields.ts'
import {
  presentStockChanged,
  type StockChangeView,
  type StockCommandRefusal,
  stockChangedSchema,
  stockLocationField,
} from '../../contract/stock.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

export type SetSafetyStockRequest = {
  readonly sku: string
  readonly quantity: number
  readonly location?: string | undefined
}
export type SetSafetyStockDependencies = {
  readonly setSafetyStock: (
    command: SetSafetyStockRequest,
    origin: Origin,
  ) => Promise<StockChangeView | StockCommandRefusal>
}

export const setSafetyStockRoute = ({ setSafetyStock }: SetSafetyStockDependencies): Route =>
  defineRoute({
    method: 'put',
    path: '/v1/stock/{sku}/safety',
    name: 'setSafetyStock',
    tag: 'Stock',
    summary: 'Set how many units are kept back from sale',
    access: 'staff',
    params: skuParams,
    body: z.strictObject({ quantity: levelField, location: stockLocationField }).meta({ id: 'SetSafetyStockRequest' }),
    responses: { 200: { description: 'The levels after it.', body: stockChangedSchema } },
    refusals: ['unknown_sku', 'unknown_location', 'overloaded', 'outcome_unknown'],
    handle: async ({ params: { sku }, body, origin }) => {
      const changed = await setSafetyStock({ sku, ...body }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentStockChanged(changed) }
    },
  })
