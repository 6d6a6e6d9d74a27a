import { z } from 'zod'
import { levelField, reasonField } from '../../contract/fields.ts'
import { stockLocationField } from '../../contract/stock.ts'
import type { Route } from '../../route.ts'
import { defineStockRoute, type StockRequest, type StockUseCase } from './stock-route.ts'

export type CountStockRequest = StockRequest & { readonly reason: string }
export type CountStockDependencies = { readonly countStock: StockUseCase<CountStockRequest> }

export const countStockRoute = ({ countStock }: CountStockDependencies): Route =>
  defineStockRoute({
    method: 'post',
    path: '/v1/stock/{sku}/count',
    name: 'countStock',
    summary: 'Record what was counted',
    description: 'Recorded even where it is less than promised; the youngest holds give way.',
    body: z
      .strictObject({ quantity: levelField, reason: reasonField, location: stockLocationField })
      .meta({ id: 'CountStockRequest' }),
    run: countStock,
  })
