import { assert } from '../assert.ts'
import type { StockEvent } from './events.ts'
import type { StockState } from './state.ts'

type Refused = Extract<StockEvent, { readonly type: 'ReservationsRefused' }>

export const isRefusal = (event: StockEvent): event is Refused => event.type === 'ReservationsRefused'

/** Entries that one event holds at most. */
export const refusalsInEventMax = 500

/** One event for all refusals of a write, with the levels at its end: a flash sale's thousand refusals cost one event. */
export const mergeRefusals = (events: readonly StockEvent[], state: StockState): readonly Refused[] => {
  const refused = events.filter(isRefusal)
  const first = refused[0]
  assert(first !== undefined && refused.length === events.length, 'only refusals merge')
  const { onHand, held, committed } = state.levels
  const levels = { onHandAfter: onHand, heldAfter: held, committedAfter: committed }
  const { at, commandId } = first.data
  const refusals = refused.flatMap(({ data }) => data.refusals)
  // Only a single request of more lines than a write has commands fills more than one.
  return Array.from({ length: Math.ceil(refusals.length / refusalsInEventMax) }, (_, index) => {
    const part = refusals.slice(index * refusalsInEventMax, (index + 1) * refusalsInEventMax)
    return { type: 'ReservationsRefused', data: { at, commandId, ...levels, refusals: part } }
  })
}
