import { z } from 'zod'
import { levelField, reasonField } from '../../contract/fields.ts'
import { stockLocationField } from '../../contract/stock.ts'
import type { Route } from '../../route.ts'
import { defineStockRoute, type StockRequest, type StockUseCase } from './stock-route.ts'

type CountStockRequest = StockRequest & { readonly reason: string }
export type CountStockDependencies = { readonly countStock: StockUseCase<CountStockRequest> }

export const countStockRoute = ({ countStock }: CountStockDependencies): Route =>
  defineStockRoute({
    method: 'post',
    path: '/v1/stock/{sku}/count',
    name: 'countStock',
    summary: 'Set the stock on hand to a counted quantity',
    description:
      'The count is recorded even if it is less than what is promised. The newest holds lose their stock first.',
    body: z
      .strictObject({ quantity: levelField, reason: reasonField, location: stockLocationField })
      .meta({ id: 'CountStockRequest' }),
    run: countStock,
  })
