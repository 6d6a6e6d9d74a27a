import { immutableFold } from '../fold.ts'
import type { OrderCommand } from '../order/commands.ts'
import { decideOrder } from '../order/decide.ts'
import type { OrderEvent } from '../order/events.ts'
import { evolve, evolveAll } from '../order/evolve.ts'
import { initialOrder, type Order, type OrderState } from '../order/state.ts'
import type { Instant } from '../values/instant.ts'
import { givenFor } from './dialect.ts'

export const given = givenFor({
  createFold: () => immutableFold<OrderState, OrderEvent>(initialOrder(), evolve),
  decide: decideOrder,
})

/** The order after commands decided one after the other at one time. Refused commands are allowed. */
export const orderAfter = (state: OrderState, commands: readonly OrderCommand[], at: Instant): OrderState =>
  commands.reduce<OrderState>((order, command) => evolveAll(order, decideOrder(command, order, at).events), state)

export const asOrder = (state: OrderState): Order => {
  if (state.status === 'none') throw new Error('The order was not placed')
  return state
}
