import { assert } from '../assert.ts'
import type { Instant } from '../values/instant.ts'
import { amountMax } from '../values/money.ts'
import { totalOf } from './answers.ts'
import type { EventsOrRefusal, PlaceOrder } from './commands.ts'
import type { OrderState } from './state.ts'

/** The same request is accepted again at any time, because its client may not have received the first answer. */
export const decidePlace = (command: PlaceOrder, state: OrderState, at: Instant): EventsOrRefusal => {
  if (state.status !== 'none') return state.requestHash === command.requestHash ? [] : 'already_placed'
  const { type: _, ...placed } = command
  const { lines } = placed
  assert(lines.length > 0, 'An order has at least one line')
  assert(new Set(lines.map((line) => line.line)).size === lines.length, 'The lines of an order have distinct numbers')
  if (lines.some((line) => line.expiresAt <= at)) return 'expired'
  if (totalOf(lines) > amountMax) return 'total_too_large'
  return [{ type: 'OrderPlaced', data: { ...placed, at, lines: [...lines] } }]
}
