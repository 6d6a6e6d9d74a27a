import type { OrderCommand } from '#domain/order/commands.ts'
import { decideOrder } from '#domain/order/decide.ts'
import { initialOrder, type OrderState } from '#domain/order/state.ts'
import type { StockCommand } from '#domain/stock/commands.ts'
import { decideStock } from '#domain/stock/decide.ts'
import { createStockFold } from '#domain/stock/evolve.ts'
import { orderAfter } from '#domain/testing/given.ts'
import {
  cancelOrder,
  captureFailed,
  command,
  declined,
  expiresAt,
  intent,
  placeOrder,
  refundOrder,
  requestPayment,
  returnOrder,
  sale,
  shipOrder,
  stockLost,
} from '#domain/testing/order-fixtures.ts'
import {
  close,
  commit,
  expiry,
  extend,
  noon,
  receive,
  release,
  reserve,
  ship,
  sweep,
  takeBack,
} from '#domain/testing/stock.ts'

// The state tables of domain/order/README.md and domain/stock/README.md, computed from the deciders: what each command
// does in each state. A cell names the events that are appended, or the refusal, or says that nothing happens.

type Cells = readonly string[]

const cell = (decision: {
  readonly outcome: string
  readonly events: ReadonlyArray<{ readonly type: string }>
  readonly refusal?: unknown
}): string => {
  const events = decision.events.map(({ type }) => type)
  if (decision.outcome !== 'refused') return events.length === 0 ? '–' : events.join(', ')
  const { refusal } = decision
  const code = typeof refusal === 'object' && refusal !== null && 'code' in refusal ? refusal.code : refusal
  return [...events, `\`${String(code)}\``].join(', ')
}

const automatic = [placeOrder()]
const manual = [placeOrder({ confirm: 'manual' })]
const shipped = [...automatic, ...sale, shipOrder()]

/** Commands that lead to each state, in the order of the table's columns. */
const orderStates: Readonly<Record<string, readonly OrderCommand[]>> = {
  placed: automatic,
  requires_action: [...automatic, requestPayment(), intent('created'), intent('requires_action')],
  authorized: [...manual, requestPayment(), intent('created'), intent('authorized')],
  confirmed: [...automatic, ...sale],
  shipped,
  delivered: [...shipped, command('DeliverOrder')],
  returned: [
    ...shipped,
    returnOrder('all back', [
      { sku: 'MUG', quantity: 2 },
      { sku: 'LAMP', quantity: 1 },
    ]),
  ],
  expired: [...automatic, command('ExpireOrder')],
  cancelled: [...automatic, cancelOrder],
}

const orderCommands: ReadonlyArray<readonly [name: string, command: OrderCommand]> = [
  ['RequestPayment', requestPayment('pay once more')],
  ['RecordIntentStatus: authorized', intent('authorized')],
  ['RecordIntentStatus: declined', intent(declined)],
  ['RequestConfirmation', command('RequestConfirmation')],
  ['RecordStockCommitted', command('RecordStockCommitted')],
  ['RecordStockLost', stockLost],
  ['RecordIntentStatus: captured', intent('captured')],
  ['RecordIntentStatus: capture failed', intent(captureFailed)],
  ['CancelOrder', { ...cancelOrder, commandId: '00000000-0000-4000-8000-000000000009' }],
  ['ExpireOrder', { ...command('ExpireOrder'), commandId: '00000000-0000-4000-8000-00000000000a' }],
  ['ShipOrder', shipOrder('ship the rest')],
  ['DeliverOrder', { ...command('DeliverOrder'), commandId: '00000000-0000-4000-8000-00000000000b' }],
  ['ReturnOrder', returnOrder('one back', [{ sku: 'MUG', quantity: 1 }])],
  ['RefundOrder', refundOrder('some of it', { type: 'amount', amount: 100 })],
]

/** A table as its README shows it: one row per command, one column per state. */
export type StateTable = { readonly head: Cells; readonly rows: readonly Cells[] }

export const orderTable = (): StateTable => {
  const states = Object.entries(orderStates).map(([name, commands]): readonly [string, OrderState] => [
    name,
    commands.reduce<OrderState>(
      (order, sent) => orderAfter(order, [sent], sent.type === 'ExpireOrder' ? expiresAt : 0),
      initialOrder(),
    ),
  ])
  for (const [name, { status }] of states)
    if (status !== name) throw new Error(`${name}: the commands lead to ${status}`)
  return {
    head: ['command', ...states.map(([name]) => name)],
    rows: orderCommands.map(([name, sent]) => [
      name,
      ...states.map(([, state]) => cell(decideOrder(sent, state, name === 'ExpireOrder' ? expiresAt : 0))),
    ]),
  }
}

/** Commands that lead to each state of hold 1, of one unit; at which time; and at which time it is then asked. */
const holdStates: Readonly<Record<string, { readonly commands: readonly StockCommand[]; readonly askedAt?: number }>> =
  {
    unknown: { commands: [] },
    held: { commands: [reserve(1)] },
    due: { commands: [reserve(1)], askedAt: expiry },
    committed: { commands: [reserve(1), commit(1)] },
    shipped: { commands: [reserve(1), commit(1), ship(1, 1)] },
    released: { commands: [reserve(1), release(1)] },
    expired: { commands: [reserve(1), sweep], askedAt: expiry },
    voided: { commands: [release(1)] },
    cancelled: { commands: [reserve(1), commit(1), close(1)] },
  }

const holdCommands: ReadonlyArray<readonly [name: string, command: StockCommand]> = [
  ['ReserveStock', reserve(1)],
  ['ExtendHold', extend(1, expiry + 600_000)],
  ['CommitHold', commit(1)],
  ['ReleaseHold', release(1)],
  ['CloseHold', close(1)],
  ['ExpireDueHolds', sweep],
  ['ShipStock', ship(1, 1)],
  ['ReturnStock', takeBack(1, 1, 1)],
]

const stockAfter = (commands: readonly StockCommand[], askedAt: number) => {
  const fold = createStockFold()
  let revision = 0
  for (const sent of [receive(10), ...commands]) {
    const at = sent.type === 'ExpireDueHolds' ? askedAt : noon
    for (const event of decideStock(sent, fold.state(), at).events) fold.apply(event, revision++)
  }
  return fold.state()
}

export const holdTable = (): StateTable => ({
  head: ['command', ...Object.keys(holdStates)],
  rows: holdCommands.map(([name, sent]) => [
    name,
    ...Object.values(holdStates).map(({ commands, askedAt = noon }) =>
      cell(decideStock(sent, stockAfter(commands, askedAt), askedAt)),
    ),
  ]),
})
