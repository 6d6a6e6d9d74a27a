import type { OrderCommand, OrderRefusalCode } from '../order/commands.ts'
import { decideOrder } from '../order/decide.ts'
import type { OrderEvent } from '../order/events.ts'
import { evolveAll } from '../order/evolve.ts'
import { initialOrder, type Order } from '../order/state.ts'
import type { Instant } from '../values/instant.ts'
import { asOrder } from './given.ts'
import { placeOrder } from './order-fixtures.ts'

const placedAt = 1_000

/** An order after a sequence of commands. `outcomes` has an entry for each command, except for those of `before`. */
export type Scenario = {
  readonly order: Order
  readonly events: readonly OrderEvent[]
  readonly outcomes: ReadonlyArray<readonly string[] | OrderRefusalCode>
}

/** Places an order and decides the commands on it: those of `before` right after it, the others at log time `at`. */
export const scenario = (
  commands: readonly OrderCommand[],
  {
    at = placedAt,
    first = placeOrder(),
    before = [],
  }: { readonly at?: Instant; readonly first?: OrderCommand; readonly before?: readonly OrderCommand[] } = {},
): Scenario => {
  const start = [first, ...before].reduce<readonly OrderEvent[]>(
    (events, command) => events.concat(decideOrder(command, evolveAll(initialOrder(), events), placedAt).events),
    [],
  )
  let order = evolveAll(initialOrder(), start)
  const events = [...start]
  const outcomes: Array<readonly string[] | OrderRefusalCode> = []
  for (const command of commands) {
    const decision = decideOrder(command, order, at)
    order = evolveAll(order, decision.events)
    events.push(...decision.events)
    outcomes.push(decision.outcome === 'refused' ? decision.refusal.code : decision.events.map((event) => event.type))
  }
  return { order: asOrder(order), events, outcomes }
}

/** All permutations of the items. */
export const permutations = <Item>(items: readonly Item[]): ReadonlyArray<readonly Item[]> =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, index) =>
        permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
      )
