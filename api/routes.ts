import type { Route } from './route.ts'
import { type AdjustStockDependencies, adjustStockRoute } from './routes/adjust-stock.ts'
import { type CancelOrderDependencies, cancelOrderRoute } from './routes/cancel-order.ts'
import { type ConfirmOrderDependencies, confirmOrderRoute } from './routes/confirm-order.ts'
import { type CountStockDependencies, countStockRoute } from './routes/count-stock.ts'
import { type DeliverOrderDependencies, deliverOrderRoute } from './routes/deliver-order.ts'
import { type DescribeProductDependencies, describeProductRoute } from './routes/describe-product.ts'
import { type DiscontinueProductDependencies, discontinueProductRoute } from './routes/discontinue-product.ts'
import { documentationRoutes } from './routes/documentation.ts'
import { type HealthDependencies, liveRoute, readyRoute } from './routes/health.ts'
import { type ListAttentionDependencies, listAttentionRoute } from './routes/list-attention.ts'
import { type ListOrdersDependencies, listOrdersRoute } from './routes/list-orders.ts'
import { type ListProductDependencies, listProductRoute } from './routes/list-product.ts'
import { type MetricsDependencies, metricsRoute } from './routes/metrics.ts'
import { type PayOrderDependencies, payOrderRoute } from './routes/pay-order.ts'
import { type PlaceOrderDependencies, placeOrderRoute } from './routes/place-order.ts'
import { type PriceProductDependencies, priceProductRoute } from './routes/price-product.ts'
import { type ReadOrderDependencies, readOrderRoute } from './routes/read-order.ts'
import { type ReadPriceHistoryDependencies, readPriceHistoryRoute } from './routes/read-price-history.ts'
import { type ReadProductDependencies, readProductRoute } from './routes/read-product.ts'
import { type ReadProductCardsDependencies, readProductCardsRoute } from './routes/read-product-cards.ts'
import { type ReadReservationDependencies, readReservationRoute } from './routes/read-reservation.ts'
import { type ReadStockDependencies, readStockRoute } from './routes/read-stock.ts'
import { type ReadTimelineDependencies, readTimelineRoute } from './routes/read-timeline.ts'
import { type ReceiveStockDependencies, receiveStockRoute } from './routes/receive-stock.ts'
import { type RefundOrderDependencies, refundOrderRoute } from './routes/refund-order.ts'
import { type ReleaseReservationDependencies, releaseReservationRoute } from './routes/release-reservation.ts'
import { type ReserveStockDependencies, reserveStockRoute } from './routes/reserve-stock.ts'
import { type ResolveAttentionDependencies, resolveAttentionRoute } from './routes/resolve-attention.ts'
import { type ReturnOrderDependencies, returnOrderRoute } from './routes/return-order.ts'
import { type SearchProductsDependencies, searchProductsRoute } from './routes/search-products.ts'
import { type SetSafetyStockDependencies, setSafetyStockRoute } from './routes/set-safety-stock.ts'
import { type ShipOrderDependencies, shipOrderRoute } from './routes/ship-order.ts'
import { type StripeWebhookDependencies, stripeWebhookRoute } from './routes/stripe-webhook.ts'
import { type TrackOrderDependencies, trackOrderRoute } from './routes/track-order.ts'

/** The use cases and queries that the routes call, each by its own name. */
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

/**
 * Every route. Where two paths fit one address the first wins, and routing looks from the top: the hottest one comes first.
 */
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
