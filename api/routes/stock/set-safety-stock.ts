import { z } from 'zod'
import { levelField } from '../../contract/fields.ts'
import { stockLocationField } from '../../contract/stock.ts'
import type { Route } from '../../route.ts'
import { defineStockRoute, type StockRequest, type StockUseCase } from './stock-route.ts'

export type SetSafetyStockDependencies = { readonly setSafetyStock: StockUseCase<StockRequest> }

export const setSafetyStockRoute = ({ setSafetyStock }: SetSafetyStockDependencies): Route =>
  defineStockRoute({
    method: 'put',
    path: '/v1/stock/{sku}/safety',
    name: 'setSafetyStock',
    summary: 'Set the number of units that are kept back from sale',
    body: z.strictObject({ quantity: levelField, location: stockLocationField }).meta({ id: 'SetSafetyStockRequest' }),
    run: setSafetyStock,
  })
