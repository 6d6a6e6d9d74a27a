import type { z } from 'zod'
import { type Command, type CommandFacts, defineCommandRoute, type UseCase } from '../../command-route.ts'
import { orderParams } from '../../contract/fields.ts'
import {
  type OrderChangeView,
  type OrderCommandRefusal,
  orderChangedSchema,
  presentOrderChanged,
} from '../../contract/order.ts'
import type { NoBody, Route } from '../../route.ts'

export type OrderUseCase<Request> = UseCase<Request, OrderChangeView | OrderCommandRefusal>

/** What a command on an order answers. */
export const orderAnswer = { schema: orderChangedSchema, present: presentOrderChanged }

type OrderRoute<Body extends z.ZodType<object | undefined>> = CommandFacts &
  Omit<Command<typeof orderParams, Body, OrderChangeView>, 'params'>

/** A command on the order in the path. It answers the status of the order after the change. */
export const defineOrderRoute = <Body extends z.ZodType<object | undefined> = NoBody>({
  refusals = [],
  ...route
}: OrderRoute<Body>): Route =>
  defineCommandRoute({
    ...route,
    params: orderParams,
    answer: orderAnswer,
    refusals: ['order_not_found', ...refusals],
  })
