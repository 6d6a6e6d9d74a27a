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
  .refine((quantity) => quantity !== 0, 'a difference of 0 changes nothing')
  .meta({ description: 'Positive for found units, negative for lost units, and not 0.' })

/** `quantity` is positive for found units and negative for lost ones, never 0. */
type AdjustStockRequest = StockRequest & { readonly reason: string }
export type AdjustStockDependencies = { readonly adjustStock: StockUseCase<AdjustStockRequest> }

export const adjustStockRoute = ({ adjustStock }: AdjustStockDependencies): Route =>
  defineStockRoute({
    method: 'post',
    path: '/v1/stock/{sku}/adjust',
    name: 'adjustStock',
    summary: 'Correct the stock on hand by a difference',
    description:
      'The change is recorded even if promised units are missing then. The newest holds lose their stock first.',
    body: z
      .strictObject({ quantity: signedQuantity, reason: reasonField, location: stockLocationField })
      .meta({ id: 'AdjustStockRequest' }),
    refusals: ['exceeds_stock'],
    run: adjustStock,
  })
