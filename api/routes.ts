import type { Route } from './route.ts'
import { documentationRoutes } from './routes/operations/documentation.ts'
import { type HealthDependencies, liveRoute, readyRoute } from './routes/operations/health.ts'
import { type MetricsDependencies, metricsRoute } from './routes/operations/metrics.ts'
import { type CancelOrderDependencies, cancelOrderRoute } from './routes/orders/cancel-order.ts'
import { type ConfirmOrderDependencies, confirmOrderRoute } from './routes/orders/confirm-order.ts'
import { type DeliverOrderDependencies, deliverOrderRoute } from './routes/orders/deliver-order.ts'
import { type ListAttentionDependencies, listAttentionRoute } from './routes/orders/list-attention.ts'
import { type ListOrdersDependencies, listOrdersRoute } from './routes/orders/list-orders.ts'
import { type PayOrderDependencies, payOrderRoute } from './routes/orders/pay-order.ts'
import { type PlaceOrderDependencies, placeOrderRoute } from './routes/orders/place-order.ts'
import { type ReadOrderDependencies, readOrderRoute } from './routes/orders/read-order.ts'
import { type ReadTimelineDependencies, readTimelineRoute } from './routes/orders/read-timeline.ts'
import {
  type RecordTransferDependencies,
  recordRefundTransferRoute,
  recordTransferRoute,
} from './routes/orders/record-transfer.ts'
import { type RefundOrderDependencies, refundOrderRoute } from './routes/orders/refund-order.ts'
import { type ResolveAttentionDependencies, resolveAttentionRoute } from './routes/orders/resolve-attention.ts'
import { type ReturnOrderDependencies, returnOrderRoute } from './routes/orders/return-order.ts'
import { type ShipOrderDependencies, shipOrderRoute } from './routes/orders/ship-order.ts'
import { type TrackOrderDependencies, trackOrderRoute } from './routes/orders/track-order.ts'
import { type DescribeProductDependencies, describeProductRoute } from './routes/products/describe-product.ts'
import { type DiscontinueProductDependencies, discontinueProductRoute } from './routes/products/discontinue-product.ts'
import { type ListProductDependencies, listProductRoute } from './routes/products/list-product.ts'
import { type PriceProductDependencies, priceProductRoute } from './routes/products/price-product.ts'
import { type ReadPriceHistoryDependencies, readPriceHistoryRoute } from './routes/products/read-price-history.ts'
import { type ReadProductDependencies, readProductRoute } from './routes/products/read-product.ts'
import { type ReadProductCardsDependencies, readProductCardsRoute } from './routes/products/read-product-cards.ts'
import { type SearchProductsDependencies, searchProductsRoute } from './routes/products/search-products.ts'
import { type ReadReservationDependencies, readReservationRoute } from './routes/reservations/read-reservation.ts'
import {
  type ReleaseReservationDependencies,
  releaseReservationRoute,
} from './routes/reservations/release-reservation.ts'
import { type ReserveStockDependencies, reserveStockRoute } from './routes/reservations/reserve-stock.ts'
import { type AdjustStockDependencies, adjustStockRoute } from './routes/stock/adjust-stock.ts'
import { type CountStockDependencies, countStockRoute } from './routes/stock/count-stock.ts'
import { type ReadStockDependencies, readStockRoute } from './routes/stock/read-stock.ts'
import { type ReceiveStockDependencies, receiveStockRoute } from './routes/stock/receive-stock.ts'
import { type SetSafetyStockDependencies, setSafetyStockRoute } from './routes/stock/set-safety-stock.ts'
import { type StripeWebhookDependencies, stripeWebhookRoute } from './routes/webhooks/stripe-webhook.ts'

/** The use cases and queries that the routes call, by name. */
export type ApiDependencies = ReserveStockDependencies &
  ReadReservationDependencies &
  ReleaseReservationDependencies &
  PlaceOrderDependencies &
  PayOrderDependencies &
  ConfirmOrderDependencies &
  CancelOrderDependencies &
  TrackOrderDependencies &
  ReadOrderDependencies &
  ListOrdersDependencies &
  ListAttentionDependencies &
  ResolveAttentionDependencies &
  ReadTimelineDependencies &
  ShipOrderDependencies &
  DeliverOrderDependencies &
  ReturnOrderDependencies &
  RefundOrderDependencies &
  RecordTransferDependencies &
  SearchProductsDependencies &
  ReadProductCardsDependencies &
  ReadProductDependencies &
  ReadPriceHistoryDependencies &
  ListProductDependencies &
  DescribeProductDependencies &
  PriceProductDependencies &
  DiscontinueProductDependencies &
  ReadStockDependencies &
  ReceiveStockDependencies &
  AdjustStockDependencies &
  CountStockDependencies &
  SetSafetyStockDependencies &
  StripeWebhookDependencies &
  HealthDependencies &
  MetricsDependencies

/** All routes. If two paths match an address, the first one wins. They are tried in this order, so the busiest comes first. */
export const apiRoutes = (dependencies: ApiDependencies): readonly Route[] => {
  const routes = [
    reserveStockRoute(dependencies),
    readReservationRoute(dependencies),
    releaseReservationRoute(dependencies),
    placeOrderRoute(dependencies),
    payOrderRoute(dependencies),
    confirmOrderRoute(dependencies),
    cancelOrderRoute(dependencies),
    trackOrderRoute(dependencies),
    listAttentionRoute(dependencies),
    resolveAttentionRoute(dependencies),
    readOrderRoute(dependencies),
    listOrdersRoute(dependencies),
    readTimelineRoute(dependencies),
    shipOrderRoute(dependencies),
    deliverOrderRoute(dependencies),
    returnOrderRoute(dependencies),
    refundOrderRoute(dependencies),
    recordTransferRoute(dependencies),
    recordRefundTransferRoute(dependencies),
    searchProductsRoute(dependencies),
    readProductCardsRoute(dependencies),
    readProductRoute(dependencies),
    readPriceHistoryRoute(dependencies),
    listProductRoute(dependencies),
    describeProductRoute(dependencies),
    priceProductRoute(dependencies),
    discontinueProductRoute(dependencies),
    readStockRoute(dependencies),
    receiveStockRoute(dependencies),
    adjustStockRoute(dependencies),
    countStockRoute(dependencies),
    setSafetyStockRoute(dependencies),
    stripeWebhookRoute(dependencies),
    liveRoute(),
    readyRoute(dependencies),
    metricsRoute(dependencies),
  ]
  return [...routes, ...documentationRoutes(routes)]
}
