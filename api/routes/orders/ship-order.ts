import { z } from 'zod'
import { orderLinesField, type SkuQuantity } from '../../contract/order-lines.ts'
import type { Route } from '../../route.ts'
import { defineOrderRoute, type OrderUseCase } from './order-route.ts'

const parcelText = z.string().trim().min(1).max(120)

const shipRequest = z
  .strictObject({
    lines: orderLinesField.optional().meta({ description: 'Default: everything that is not shipped yet.' }),
    carrier: parcelText.optional(),
    trackingNumber: parcelText.optional(),
  })
  .meta({ id: 'ShipRequest' })

type ShipOrderRequest = {
  readonly orderId: string
  readonly lines?: readonly SkuQuantity[]
  readonly carrier?: string
  readonly trackingNumber?: string
}
export type ShipOrderDependencies = { readonly shipOrder: OrderUseCase<ShipOrderRequest> }

export const shipOrderRoute = ({ shipOrder }: ShipOrderDependencies): Route =>
  defineOrderRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/ship',
    name: 'shipOrder',
    tag: 'Fulfilment',
    summary: 'Record a shipment of an order or of a part of it',
    access: 'staff',
    body: shipRequest,
    done: 'The status is `shipped` after all units were shipped.',
    refusals: ['wrong_state', 'exceeds_order'],
    run: shipOrder,
  })
