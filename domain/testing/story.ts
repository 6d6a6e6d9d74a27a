import type { OrderCommand, OrderRefusal } from '../order/commands.ts'
import { decideOrder } from '../order/decide.ts'
import type { OrderEvent } from '../order/events.ts'
import { evolveAll } from '../order/evolve.ts'
import { initialOrder, type Order } from '../order/state.ts'
import type { Instant } from '../values/instant.ts'
import { asOrder } from './given.ts'
import { placeOrder } from './order-fixtures.ts'

/** An order that has lived through some commands; `told` is what each of them came to. */
export type Story = {
  readonly order: Order
  readonly events: readonly OrderEvent[]
  readonly told: ReadonlyArray<readonly string[] | OrderRefusal>
}

/** Places an order (or starts with another command) and says the commands to it, all at log time `at`. */
export const story = (
  commands: readonly OrderCommand[],
  { at = 1_000, first = placeOrder() }: { readonly at?: Instant; readonly first?: OrderCommand } = {},
): Story => {
  const start = decideOrder(first, initialOrder(), Math.min(at, 1_000)).events
  let order = evolveAll(initialOrder(), start)
  const events = [...start]
  const told: Array<readonly string[] | OrderRefusal> = []
  for (const command of commands) {
    const decision = decideOrder(command, order, at)
    order = evolveAll(order, decision.events)
    events.push(...decision.events)
    told.push(decision.outcome === 'refused' ? decision.refusal : decision.events.map((event) => event.type))
  }
  return { order: asOrder(order), events, told }
}

/** Every order in which the items can come. */
export const permutations = <Item>(items: readonly Item[]): ReadonlyArray<readonly Item[]> =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, index) =>
        permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
      )
