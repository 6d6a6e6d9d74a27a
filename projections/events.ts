import type { RecordedEvent } from '#domain/events.ts'
import { type OrderEvent, orderEventSchemas } from '#domain/order/events.ts'
import { type ProductEvent, productEventSchemas } from '#domain/product/events.ts'
import { type ProviderEvent, providerEventSchemas } from '#domain/provider/events.ts'
import { type StockEvent, stockEventSchemas } from '#domain/stock/events.ts'

/** The events of the categories that read models use. The projector skips all others. */
export type EventsByCategory = {
  readonly product: ProductEvent
  readonly stock: StockEvent
  readonly order: OrderEvent
  readonly provider: ProviderEvent
}

export const isProductEvent = (event: RecordedEvent): event is RecordedEvent<ProductEvent> =>
  Object.hasOwn(productEventSchemas, event.type)

export const isStockEvent = (event: RecordedEvent): event is RecordedEvent<StockEvent> =>
  Object.hasOwn(stockEventSchemas, event.type)

export const isOrderEvent = (event: RecordedEvent): event is RecordedEvent<OrderEvent> =>
  Object.hasOwn(orderEventSchemas, event.type)

export const isProviderEvent = (event: RecordedEvent): event is RecordedEvent<ProviderEvent> =>
  Object.hasOwn(providerEventSchemas, event.type)
