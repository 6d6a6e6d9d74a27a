import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import { quantityField, skuParams } from '../../contract/fields.ts'
import {
  presentStockChanged,
  type StockChangeView,
  type StockCommandRefusal,
  stockChangedSchema,
  stockLocationField,
} from '../../contract/stock.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

export type ReceiveStockRequest = {
  readonly sku: string
  readonly quantity: number
  readonly location?: string | undefined
}
export type ReceiveStockDependencies = {
  readonly receiveStock: (
    command: ReceiveStockRequest,
    origin: Origin,
  ) => Promise<StockChangeView | StockCommandRefusal>
}

export const receiveStockRoute = ({ receiveStock }: ReceiveStockDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/stock/{sku}/receive',
    name: 'receiveStock',
    tag: 'Stock',
    summary: 'Take units into stock',
    access: 'staff',
    params: skuParams,
    body: z.strictObject({ quantity: quantityField, location: stockLocationField }).meta({ id: 'ReceiveStockRequest' }),
    responses: { 200: { description: 'The levels after it.', body: stockChangedSchema } },
    refusals: ['unknown_sku', 'unknown_location', 'overloaded', 'outcome_unknown'],
    handle: async ({ params: { sku }, body, origin }) => {
      const changed = await receiveStock({ sku, ...body }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentStockChanged(changed) }
    },
  })
