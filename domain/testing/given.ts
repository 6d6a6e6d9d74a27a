import { expect } from 'vitest'
import type { OrderCommand, OrderRefusal } from '../order/commands.ts'
import { decideOrder } from '../order/decide.ts'
import type { OrderEvent } from '../order/events.ts'
import { evolveAll } from '../order/evolve.ts'
import { initialOrder, type Order, type OrderState } from '../order/state.ts'
import type { Instant } from '../values/instant.ts'

// The one dialect of the order's tests: given these events, when this command, then exactly these events.

type When = {
  readonly then: (events: readonly OrderEvent[]) => void
  readonly thenRefused: (refusal: OrderRefusal) => void
}

/** `at` is the log time of the decision. */
export const given = (
  events: readonly OrderEvent[],
): { readonly when: (command: OrderCommand, at: Instant) => When } => ({
  when: (command, at) => {
    const decision = decideOrder(command, evolveAll(initialOrder(), events), at)
    return {
      // biome-ignore lint/suspicious/noThenProperty: the dialect's own word; nothing here is ever awaited
      then: (expected) => {
        expect(decision).toMatchObject({ outcome: 'accepted' })
        expect(decision.events).toEqual(expected)
      },
      thenRefused: (refusal) => expect(decision).toEqual({ outcome: 'refused', events: [], refusal }),
    }
  },
})

/** The order that commands lead to, one after the other, each at its time. A refusal is part of the story, too. */
export const orderAfter = (state: OrderState, commands: readonly OrderCommand[], at: Instant): OrderState =>
  commands.reduce<OrderState>((order, command) => evolveAll(order, decideOrder(command, order, at).events), state)

export const asOrder = (state: OrderState): Order => {
  if (state.status === 'none') throw new Error('The order was not placed')
  return state
}
