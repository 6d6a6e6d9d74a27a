import { assert } from '../assert.ts'
import type { StockEvent } from './events.ts'
import type { StockState } from './state.ts'

type Refused = Extract<StockEvent, { readonly type: 'ReservationsRefused' }>

export const isRefusal = (event: StockEvent): event is Refused => event.type === 'ReservationsRefused'

/** One event holds at most this many refusals. */
const refusalsInEventMax = 500

/** Merges the refusals of a write into one event with the levels at its end: a flash sale has thousands of refusals. */
export const mergeRefusals = (events: readonly StockEvent[], state: StockState): readonly Refused[] => {
  const refused = events.filter(isRefusal)
  const first = refused[0]
  assert(first !== undefined && refused.length === events.length, 'an event that is not a refusal cannot be merged')
  const { onHand, held, committed } = state.levels
  const levels = { onHandAfter: onHand, heldAfter: held, committedAfter: committed }
  const { at, commandId } = first.data
  const refusals = refused.flatMap(({ data }) => data.refusals)
  // Only a request with more lines than a write takes commands needs more than one event.
  return Array.from({ length: Math.ceil(refusals.length / refusalsInEventMax) }, (_, index) => {
    const part = refusals.slice(index * refusalsInEventMax, (index + 1) * refusalsInEventMax)
    return { type: 'ReservationsRefused', data: { at, commandId, ...levels, refusals: part } }
  })
}
