import { immutableFold } from '../fold.ts'
import { decideOrder } from '../order/decide.ts'
import { evolve } from '../order/evolve.ts'
import { initialOrder, type Order, type OrderState } from '../order/state.ts'
import { givenFor } from './dialect.ts'

/** The dialect of the order's tests. */
export const given = givenFor({ createFold: () => immutableFold(initialOrder(), evolve), decide: decideOrder })

export const asOrder = (state: OrderState): Order => {
  if (state.status === 'none') throw new Error('The order was not placed')
  return state
}
