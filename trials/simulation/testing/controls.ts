import { orderRules } from '#commands/order-stream.ts'
import type { IntentView, PaymentProvider, RefundView } from '#commands/payment-provider.ts'
import type { EventLog, EventToAppend } from '#commands/ports.ts'
import { stockRules } from '#commands/stock-stream.ts'
import type { OrderCommand } from '#domain/order/commands.ts'
import type { OrderEvent } from '#domain/order/events.ts'
import type { StockState } from '#domain/stock/state.ts'
import { derivedId } from '#domain/values/ids.ts'
import { asBuilt, type Seams } from '../seams.ts'

// Negative controls: each removes one guard and leaves everything else as built. The simulator must find every one.

type StockDecide = typeof stockRules.decide

const withStock = (change: (decide: StockDecide) => StockDecide): Seams => ({
  ...asBuilt,
  stock: { ...stockRules, decide: change(stockRules.decide) },
})

const withoutEvents =
  (types: readonly string[], commands?: readonly string[]) =>
  (decide: StockDecide): StockDecide =>
  (command, state, at) => {
    const decision = decide(command, state, at)
    if (commands !== undefined && !commands.includes(command.type)) return decision
    return { ...decision, events: decision.events.filter(({ type }) => !types.includes(type)) }
  }

const forgettingEnds =
  (decide: StockDecide): StockDecide =>
  (command, state, at) => {
    const forgotten: StockState = { ...state, ended: { byKey: new Map() } }
    return decide(command, command.type === 'ReserveStock' ? forgotten : state, at)
  }

/** The event of a provider fact, whether or not the order knows it already. */
const eventOf = (command: OrderCommand, at: number): OrderEvent | undefined => {
  if (command.type === 'RecordRefunded') {
    const { type: _, ...fact } = command
    return { type: 'PaymentRefunded', data: { ...fact, at } }
  }
  if (command.type !== 'RecordIntentStatus' || command.status.type !== 'captured') return undefined
  const { commandId, attempt, provider, providerObjectId, amount } = command
  return { type: 'PaymentCaptured', data: { at, commandId, attempt, provider, providerObjectId, amount } }
}

const takingFactsTwice: typeof orderRules.decide = (command, state, at) => {
  const decision = orderRules.decide(command, state, at)
  const event = eventOf(command, at)
  if (state.status === 'none' || decision.outcome === 'refused' || decision.events.length > 0 || !event) return decision
  return { ...decision, events: [event] }
}

/** The id of an event if it were derived from the command and the index alone. */
const withoutContent = (event: EventToAppend, index: number): EventToAppend => ({
  ...event,
  id: derivedId('event', event.data.commandId, index),
})

const paidAtOnce = ({ name }: PaymentProvider, view: IntentView): IntentView =>
  name === 'invoice' && view.status.type === 'authorized'
    ? { ...view, status: { type: 'captured', capturedAmount: view.amount } }
    : view

const givenBackAtOnce = (view: RefundView): RefundView =>
  view.status.type === 'by_hand' ? { ...view, status: { type: 'refunded' } } : view

/** Takes a refused append whose winner is not readable yet for the end of a damaged log. */
const withoutWaiting = (log: EventLog): EventLog => ({
  ...log,
  append: async (stream, expected, events) => {
    const result = await log.append(stream, expected, events)
    if (result.outcome === 'appended') return result
    let current = -1
    for await (const page of log.read(stream, expected + 1)) current = page.at(-1)?.revision ?? current
    return { outcome: 'conflict', current }
  },
})

const checkpointFirst: Seams['projections'] = (store, host, server) => ({
  load: store.load,
  commit: async (commit) => {
    const outcome = await store.commit({ ...commit, rows: [] })
    if (outcome === 'refused') return outcome
    await host.call(`rows ${commit.projection}`, () => server.writeRows(commit.rows), { there: 5, back: 5 })
    return outcome
  },
})

/** Stores a position for the current holder, whatever token the caller has. */
const withoutFence: Seams['leases'] = (store, server) => ({
  ...store,
  advance: async (_, moves) =>
    moves.flatMap((move) => {
      const [lease] = server.renewLeases([move.name], '')
      return lease?.holder ? server.advanceLeases([{ ...move, token: lease.token }], lease.holder) : []
    }),
})

export const controls: Readonly<Record<string, Seams>> = {
  'refusals are not recorded': withStock(withoutEvents(['ReservationsRefused'])),
  'no tombstone: what has ended is forgotten at once': withStock(forgettingEnds),
  'expiry is not written with the decision that counts on it': withStock(
    withoutEvents(['ReservationExpired'], ['ReserveStock']),
  ),
  'a retry has a fresh id': { ...asBuilt, commandIdOf: (_, newId) => newId() },
  'event ids leave out the content': {
    ...asBuilt,
    log: (log) => ({
      ...log,
      append: (stream, expected, events) => log.append(stream, expected, events.map(withoutContent)),
    }),
  },
  'a lost race is taken for a damaged log': { ...asBuilt, log: withoutWaiting },
  'facts of the provider are taken twice': { ...asBuilt, orders: { ...orderRules, decide: takingFactsTwice } },
  'wall clock instead of log time': { ...asBuilt, logTime: (_, host) => ({ now: host.wallClock }) },
  'the provider is called again without a look': {
    ...asBuilt,
    provider: (provider) => ({ ...provider, findIntent: async () => undefined, findRefund: async () => undefined }),
  },
  'an invoice counts as paid before its transfer': {
    ...asBuilt,
    provider: (provider) => ({
      ...provider,
      confirmIntent: async (intent) => paidAtOnce(provider, await provider.confirmIntent(intent)),
    }),
  },
  'a refund counts as given back before its transfer': {
    ...asBuilt,
    provider: (provider) => ({
      ...provider,
      refund: async (wanted) => givenBackAtOnce(await provider.refund(wanted)),
    }),
  },
  'the checkpoint is stored apart from the rows': { ...asBuilt, projections: checkpointFirst },
  'a position is stored without its fencing token': { ...asBuilt, leases: withoutFence },
}
