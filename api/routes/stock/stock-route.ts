import type { z } from 'zod'
import { type Command, type CommandFacts, defineCommandRoute, type UseCase } from '../../command-route.ts'
import { skuParams } from '../../contract/fields.ts'
import {
  presentStockChanged,
  type StockChangeView,
  type StockCommandRefusal,
  stockChangedSchema,
} from '../../contract/stock.ts'
import type { Route } from '../../route.ts'

/** The fields of every command on stock. The default location is the first configured one. */
export type StockRequest = { readonly sku: string; readonly quantity: number; readonly location?: string }
export type StockUseCase<Request> = UseCase<Request, StockChangeView | StockCommandRefusal>

type StockRoute<Body extends z.ZodType<object>> = Omit<CommandFacts, 'tag' | 'access'> &
  Omit<Command<typeof skuParams, Body, StockChangeView>, 'params' | 'done'>

/** A command of staff on the stock of one sku at one location. It answers the levels after the change. */
export const defineStockRoute = <Body extends z.ZodType<object>>({
  refusals = [],
  ...route
}: StockRoute<Body>): Route =>
  defineCommandRoute({
    ...route,
    tag: 'Stock',
    access: 'staff',
    params: skuParams,
    done: 'The levels after the change.',
    answer: { schema: stockChangedSchema, present: presentStockChanged },
    refusals: ['unknown_sku', 'unknown_location', ...refusals],
  })
