import { z } from 'zod'
import { quantityField } from '../../contract/fields.ts'
import { stockLocationField } from '../../contract/stock.ts'
import type { Route } from '../../route.ts'
import { defineStockRoute, type StockRequest, type StockUseCase } from './stock-route.ts'

export type ReceiveStockDependencies = { readonly receiveStock: StockUseCase<StockRequest> }

export const receiveStockRoute = ({ receiveStock }: ReceiveStockDependencies): Route =>
  defineStockRoute({
    method: 'post',
    path: '/v1/stock/{sku}/receive',
    name: 'receiveStock',
    summary: 'Add units that arrived to the stock',
    body: z.strictObject({ quantity: quantityField, location: stockLocationField }).meta({ id: 'ReceiveStockRequest' }),
    run: receiveStock,
  })
