import { immutableFold } from '#domain/fold.ts'
import type { OrderCommand, OrderRefusal } from '#domain/order/commands.ts'
import { decideOrder } from '#domain/order/decide.ts'
import { type OrderEvent, orderEventSchemas } from '#domain/order/events.ts'
import { evolve } from '#domain/order/evolve.ts'
import { initialOrder, type OrderAnswer, type OrderState } from '#domain/order/state.ts'
import { type StreamRules, type Submitted, type WriterBounds, writerBounds } from './stream-writer/types.ts'
import type { StreamWriter } from './stream-writer/writer.ts'

export type OrderWriter = StreamWriter<OrderState, OrderCommand, OrderAnswer, OrderRefusal>
export type OrderSubmitted = Submitted<OrderState, OrderAnswer, OrderRefusal>

/** The rules of order streams. */
export const orderRules: StreamRules<OrderState, OrderCommand, OrderEvent, OrderAnswer, OrderRefusal> = {
  stateVersion: 1,
  createFold: () => immutableFold(initialOrder(), evolve),
  decide: decideOrder,
  isEvent: (event): event is OrderEvent => Object.hasOwn(orderEventSchemas, event.type),
}

/**
 * An order is used for a few seconds and then not for minutes or days. Keeping thousands of old orders in memory costs more
 * than reading one of them again, because each garbage collection has to look at all of them.
 */
export const orderBounds: WriterBounds = { ...writerBounds, streamsMax: 2_000 }
