import { assert } from '../assert.ts'
import type { StockEvent } from './events.ts'
import type { StockState } from './state.ts'

type Refused = Extract<StockEvent, { readonly type: 'ReservationsRefused' }>

export const isRefusal = (event: StockEvent): event is Refused => event.type === 'ReservationsRefused'

/** One event for all refusals of a write, with the levels at its end: a flash sale's thousand refusals cost one event. */
export const mergeRefusals = (events: readonly StockEvent[], state: StockState): Refused => {
  const refusals = events.filter(isRefusal)
  const first = refusals[0]
  assert(first !== undefined && refusals.length === events.length, 'only refusals merge')
  const { onHand, held, committed } = state.levels
  const levels = { onHandAfter: onHand, heldAfter: held, committedAfter: committed }
  const { at, commandId } = first.data
  return {
    type: 'ReservationsRefused',
    data: { at, commandId, ...levels, refusals: refusals.flatMap(({ data }) => data.refusals) },
  }
}
