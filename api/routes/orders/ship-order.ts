import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import { orderParams } from '../../contract/fields.ts'
import {
  type OrderChangeView,
  type OrderCommandRefusal,
  orderChangedSchema,
  presentOrderChanged,
} from '../../contract/order.ts'
import { orderLinesField, type SkuQuantity } from '../../contract/order-lines.ts'
import { isRefusal } from '../../problems.ts'
import { defineRoute, type Route } from '../../route.ts'

const parcelText = z.string().trim().min(1).max(120)

const shipRequest = z
  .strictObject({
    lines: orderLinesField.optional().meta({ description: 'Left out: all that is not shipped yet.' }),
    carrier: parcelText.optional(),
    trackingNumber: parcelText.optional(),
  })
  .meta({ id: 'ShipRequest' })

export type ShipOrderRequest = {
  readonly orderId: string
  readonly lines?: readonly SkuQuantity[] | undefined
  readonly carrier?: string | undefined
  readonly trackingNumber?: string | undefined
}
export type ShipOrderDependencies = {
  readonly shipOrder: (command: ShipOrderRequest, origin: Origin) => Promise<OrderChangeView | OrderCommandRefusal>
}

export const shipOrderRoute = ({ shipOrder }: ShipOrderDependencies): Route =>
  defineRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/ship',
    name: 'shipOrder',
    tag: 'Fulfilment',
    summary: 'Record a shipment of an order, whole or in part',
    access: 'staff',
    params: orderParams,
    body: shipRequest,
    responses: { 200: { description: '`shipped` once all units are.', body: orderChangedSchema } },
    refusals: ['order_not_found', 'wrong_state', 'exceeds_order', 'overloaded', 'outcome_unknown'],
    handle: async ({ params: { orderId }, body, origin }) => {
      const changed = await shipOrder({ orderId, ...body }, origin)
      return isRefusal(changed) ? changed : { status: 200, body: presentOrderChanged(changed) }
    },
  })
