import { changeOrder, type OrderChange } from '#commands/change-order.ts'
import type { Origin } from '#commands/context.ts'
import { type PayOrderAnswer, payOrder } from '#commands/pay-order.ts'
import { type PlacePorts, placeOrder } from '#commands/place-order.ts'
import { orderIdOf } from '#domain/values/ids.ts'
import type { OrderChangeView, OrderCommandRefusal, PaymentView } from '../contract/order.ts'

import type { CancelOrderDependencies } from '../routes/orders/cancel-order.ts'
import type { ConfirmOrderDependencies } from '../routes/orders/confirm-order.ts'
import type { DeliverOrderDependencies } from '../routes/orders/deliver-order.ts'
import type { PayOrderDependencies } from '../routes/orders/pay-order.ts'
import type { PlaceOrderDependencies } from '../routes/orders/place-order.ts'
import type { RefundOrderDependencies } from '../routes/orders/refund-order.ts'
import type { ResolveAttentionDependencies } from '../routes/orders/resolve-attention.ts'
import type { ReturnOrderDependencies } from '../routes/orders/return-order.ts'
import type { ShipOrderDependencies } from '../routes/orders/ship-order.ts'
import { orderRefusal } from './order-refusal.ts'
import type { UnderWay } from './under-way.ts'

type Orders = Omit<PlaceOrderDependencies, 'reservationTokens' | 'orderTokens'> &
  PayOrderDependencies &
  ConfirmOrderDependencies &
  CancelOrderDependencies &
  ShipOrderDependencies &
  DeliverOrderDependencies &
  ReturnOrderDependencies &
  RefundOrderDependencies &
  ResolveAttentionDependencies

const paymentOf = ({ status, clientSecret, declineCode }: PayOrderAnswer): PaymentView => ({
  status,
  ...(clientSecret === null ? {} : { clientSecret }),
  ...(declineCode === null ? {} : { declineCode }),
})

export const wireOrders = (ports: PlacePorts, underWay: UnderWay): Orders => {
  const change = async (
    orderId: string,
    wanted: OrderChange,
    origin: Origin,
  ): Promise<OrderChangeView | OrderCommandRefusal> => {
    const changed = await underWay.run(orderId, () => changeOrder(orderId, wanted, origin, ports))
    return 'code' in changed ? orderRefusal(changed.code) : changed
  }
  return {
    placeOrder: async ({ reservation, customer, shippingAddress, paymentMethod, confirm }, origin) => {
      const { country, ...address } = shippingAddress
      const person = {
        email: customer.email,
        name: customer.name ?? null,
        address: { ...address, line2: address.line2 ?? null },
      }
      const request = { reservation, person, country, confirm: confirm ?? 'automatic', paymentMethod }
      const place = () => placeOrder(request, origin, ports)
      const placed = await underWay.run(orderIdOf(reservation.reservationId), place)
      if ('code' in placed) return orderRefusal(placed.code)
      const { orderId, status, total, currency, expiresAt, payment, position } = placed
      // The order is placed even if the payment was refused. Its status shows that.
      const paid = payment === null || 'code' in payment ? undefined : paymentOf(payment)
      return { orderId, status, total, currency, expiresAt, payment: paid, position }
    },
    payOrder: async (request, origin) => {
      const paid = await underWay.run(request.orderId, () => payOrder(request, origin, ports))
      return 'code' in paid ? orderRefusal(paid.code) : { ...paymentOf(paid), position: paid.position }
    },
    confirmOrder: ({ orderId }, origin) => change(orderId, { type: 'RequestConfirmation' }, origin),
    cancelOrder: ({ orderId, reason }, origin) => change(orderId, { type: 'CancelOrder', note: reason }, origin),
    shipOrder: ({ orderId, lines, carrier, trackingNumber }, origin) => {
      const shipped = { lines: lines ?? null, carrier: carrier ?? null, trackingNumber: trackingNumber ?? null }
      return change(orderId, { type: 'ShipOrder', ...shipped }, origin)
    },
    deliverOrder: ({ orderId }, origin) => change(orderId, { type: 'DeliverOrder' }, origin),
    returnOrder: ({ orderId, lines, restock, reason }, origin) =>
      change(orderId, { type: 'ReturnOrder', lines, restock, reason }, origin),
    resolveAttention: ({ orderId, action, reason }, origin) =>
      change(orderId, { type: 'ResolveAttention', action, reason }, origin),
    refundOrder: ({ orderId, lines, amount, reason }, origin) =>
      change(orderId, { type: 'RefundOrder', scope: scopeOf(lines, amount), reason }, origin),
  }
}

const scopeOf = (
  lines: ReadonlyArray<{ readonly sku: string; readonly quantity: number }> | undefined,
  amount: number | undefined,
) => {
  if (lines !== undefined) return { type: 'lines', lines } as const
  return amount === undefined ? ({ type: 'remainder' } as const) : ({ type: 'amount', amount } as const)
}
