import type { OrderCommand, OrderRefusalCode } from '../order/commands.ts'
import { decideOrder } from '../order/decide.ts'
import type { OrderEvent } from '../order/events.ts'
import { evolveAll } from '../order/evolve.ts'
import { initialOrder, type Order } from '../order/state.ts'
import type { Instant } from '../values/instant.ts'
import { asOrder } from './given.ts'
import { placeOrder } from './order-fixtures.ts'

const placedAt = 1_000

/** An order that has lived through some commands; `told` is what each but those of `before` came to. */
export type Story = {
  readonly order: Order
  readonly events: readonly OrderEvent[]
  readonly told: ReadonlyArray<readonly string[] | OrderRefusalCode>
}

/** Places an order and says the commands to it: those of `before` at once, the others at log time `at`. */
export const story = (
  commands: readonly OrderCommand[],
  {
    at = placedAt,
    first = placeOrder(),
    before = [],
  }: { readonly at?: Instant; readonly first?: OrderCommand; readonly before?: readonly OrderCommand[] } = {},
): Story => {
  const start = [first, ...before].reduce<readonly OrderEvent[]>(
    (events, command) => events.concat(decideOrder(command, evolveAll(initialOrder(), events), placedAt).events),
    [],
  )
  let order = evolveAll(initialOrder(), start)
  const events = [...start]
  const told: Array<readonly string[] | OrderRefusalCode> = []
  for (const command of commands) {
    const decision = decideOrder(command, order, at)
    order = evolveAll(order, decision.events)
    events.push(...decision.events)
    told.push(decision.outcome === 'refused' ? decision.refusal.code : decision.events.map((event) => event.type))
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
