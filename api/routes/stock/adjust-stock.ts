import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import { quantityMax } from '#domain/values/quantity.ts'
import { reasonField, skuParams } from '../../contract/fields.ts'
import {
  presentStockChanged,
  type StockChangeView,
  type StockCommandRefusal,
  stockChangedSchema,
  stockLocationField,
} from '../../contract/stock.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

const signedQuantity = z
  .int()
  .min(-quantityMax)
  .max(quantityMax)
  .refine((quantity) => quantity !== 0, 'a difference is not 0')
  .meta({ description: 'Signed: found units are positive, lost units negative.' })

export type AdjustStockRequest = {
  readonly sku: string
  /** Signed and not 0: found units are positive, lost units negative. */
  readonly quantity: number
  readonly reason: string
  readonly location?: string | undefined
}
export type AdjustStockDependencies = {
  readonly adjustStock: (command: AdjustStockRequest, origin: Origin) => Promise<StockChangeView | StockCommandRefusal>
}

export const adjustStockRoute = ({ adjustStock }: AdjustStockDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/stock/{sku}/adjust',
    name: 'adjustStock',
    tag: 'Stock',
    summary: 'Correct what is on hand by a difference',
    description: 'Recorded even where it takes away what is promised; the youngest holds give way.',
    access: 'staff',
    params: skuParams,
    body: z
      .strictObject({ quantity: signedQuantity, reason: reasonField, location: stockLocationField })
      .meta({ id: 'AdjustStockRequest' }),
    responses: { 200: { description: 'The levels after it.', body: stockChangedSchema } },
    refusals: ['unknown_sku', 'unknown_location', 'exceeds_stock', 'overloaded', 'outcome_unknown'],
    handle: async ({ params: { sku }, body, origin }) => {
      const changed = await adjustStock({ sku, ...body }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentStockChanged(changed) }
    },
  })
