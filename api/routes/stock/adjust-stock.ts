import { z } from 'zod'
import { quantityMax } from '#domain/values/quantity.ts'
import { reasonField } from '../../contract/fields.ts'
import { stockLocationField } from '../../contract/stock.ts'
import type { Route } from '../../route.ts'
import { defineStockRoute, type StockRequest, type StockUseCase } from './stock-route.ts'

const signedQuantity = z
  .int()
  .min(-quantityMax)
  .max(quantityMax)
  .refine((quantity) => quantity !== 0, 'a difference is not 0')
  .meta({ description: 'Signed: found units are positive, lost units negative.' })

/** `quantity` is signed and not 0: found units are positive, lost units negative. */
export type AdjustStockRequest = StockRequest & { readonly reason: string }
export type AdjustStockDependencies = { readonly adjustStock: StockUseCase<AdjustStockRequest> }

export const adjustStockRoute = ({ adjustStock }: AdjustStockDependencies): Route =>
  defineStockRoute({
    method: 'post',
    path: '/v1/stock/{sku}/adjust',
    name: 'adjustStock',
    summary: 'Correct what is on hand by a difference',
    description: 'Recorded even where it takes away what is promised; the youngest holds give way.',
    body: z
      .strictObject({ quantity: signedQuantity, reason: reasonField, location: stockLocationField })
      .meta({ id: 'AdjustStockRequest' }),
    refusals: ['exceeds_stock'],
    run: adjustStock,
  })
