import type { Route } from '../../route.ts'
import { defineOrderRoute, type OrderUseCase } from './order-route.ts'

type DeliverOrderRequest = { readonly orderId: string }
export type DeliverOrderDependencies = { readonly deliverOrder: OrderUseCase<DeliverOrderRequest> }

export const deliverOrderRoute = ({ deliverOrder }: DeliverOrderDependencies): Route =>
  defineOrderRoute({
    method: 'post',
    path: '/v1/orders/{orderId}/deliver',
    name: 'deliverOrder',
    tag: 'Fulfilment',
    summary: 'Record that an order was delivered',
    access: 'staff',
    done: 'The order is delivered.',
    refusals: ['wrong_state'],
    run: deliverOrder,
  })
