import { z } from 'zod'
import { skuParams } from '../../contract/fields.ts'
import { type StockLevelView, stockLevelSchema } from '../../contract/stock.ts'
import { refuse } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

export type ReadStockDependencies = {
  /** The levels of each location that ever had stock of the sku. They can lag behind the log. */
  readonly levelsOfSku: (sku: string) => Promise<readonly StockLevelView[]>
}

export const readStockRoute = ({ levelsOfSku }: ReadStockDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/v1/stock/{sku}',
    name: 'readStock',
    tag: 'Stock',
    summary: 'Read the stock of a sku by location',
    access: 'staff',
    reads: 'stock',
    params: skuParams,
    responses: {
      200: {
        description: 'The levels of each location, and the units available in all locations.',
        body: z
          .object({ sku: z.string(), available: z.int(), locations: z.array(stockLevelSchema) })
          .meta({ id: 'Stock' }),
      },
    },
    refusals: ['stock_not_found'],
    handle: async ({ params: { sku } }) => {
      const locations = await levelsOfSku(sku)
      if (locations.length === 0) return refuse('stock_not_found', `No stock of ${sku} is known.`)
      const available = locations.reduce((sum, level) => sum + level.available, 0)
      return { status: 200, body: { sku, available, locations } }
    },
  })
