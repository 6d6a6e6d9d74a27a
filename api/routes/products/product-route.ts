import type { z } from 'zod'
import { type Command, type CommandFacts, defineCommandRoute, type UseCase } from '../../command-route.ts'
import { skuParams } from '../../contract/fields.ts'
import {
  type ProductChangeView,
  type ProductCommandRefusal,
  presentProductChanged,
  productChangedSchema,
} from '../../contract/product.ts'
import type { Route } from '../../route.ts'

export type ProductUseCase<Request> = UseCase<Request, ProductChangeView | ProductCommandRefusal>

type ProductRoute<Body extends z.ZodType<object>> = Omit<CommandFacts, 'tag' | 'access'> &
  Omit<Command<typeof skuParams, Body, ProductChangeView>, 'params'>

/** A command of staff on a listed product. */
export const defineProductRoute = <Body extends z.ZodType<object>>({
  refusals = [],
  ...route
}: ProductRoute<Body>): Route =>
  defineCommandRoute({
    ...route,
    tag: 'Products',
    access: 'staff',
    params: skuParams,
    answer: { schema: productChangedSchema, present: presentProductChanged },
    refusals: ['product_not_found', ...refusals],
  })
