import { unreachable } from '#domain/assert.ts'
import { type Effect, type HoldMove, type HoldRef, type StockEffect, subjectOf } from '#domain/checkout/effects.ts'
import type { Order } from '#domain/order/state.ts'
import type { StockCommand } from '#domain/stock/commands.ts'
import { stockStream } from '#domain/streams.ts'
import { derivedId } from '#domain/values/ids.ts'
import { type Instant, secondsAfter } from '#domain/values/instant.ts'
import { contextOf } from '../context.ts'
import type { OrderSubmitted } from '../order-stream.ts'
import type { CheckoutPorts, OrderRun } from './ports.ts'
import { callForAttention, recordFact } from './record.ts'

type Of<Type extends StockEffect['type']> = Extract<Effect, { readonly type: Type }>
type Terms = {
  readonly commandId: string
  readonly reservationId: string
  readonly cause: { readonly orderId: string; readonly revision: number }
}

/** Makes the command for a line from the fields that all commands share. */
type CommandFor<Line extends HoldRef> = (line: Line, terms: Terms) => StockCommand

/** Submits a command for each line, those of one stream together, and answers the lines that were refused. */
const refusedLines = async <Line extends HoldRef>(
  lines: readonly Line[],
  revision: number,
  reservationId: string,
  commandFor: CommandFor<Line>,
  run: OrderRun,
  ports: CheckoutPorts,
): Promise<readonly number[]> => {
  const { orderId } = run
  const byStream = [...Map.groupBy(lines, ({ sku, location }) => stockStream(sku, location))]
  const refused = await Promise.all(
    byStream.map(async ([stream, group]) => {
      const commands = group.map((line) => {
        const commandId = derivedId('effect', orderId, revision, line.line)
        return commandFor(line, { commandId, reservationId, cause: { orderId, revision } })
      })
      const origin = { ...run, commandId: derivedId('effect', orderId, revision) }
      const { results } = await ports.stock.submit(stream, commands, contextOf(origin, orderId))
      return group.filter((_, index) => results[index]?.outcome === 'refused').map(({ line }) => line)
    }),
  )
  return refused.flat()
}

const holdFields = ({ line, expiresAt }: HoldRef, terms: Terms) => ({ ...terms, line, firstExpiresAt: expiresAt })

const commitCommand: CommandFor<HoldRef> = (line, terms) => ({
  type: 'CommitHold',
  quantity: line.quantity,
  ...holdFields(line, terms),
})
const extendCommand =
  (until: (line: HoldRef) => Instant): CommandFor<HoldRef> =>
  (line, terms) => ({ type: 'ExtendHold', expiresAt: until(line), ...holdFields(line, terms) })

const closeCommand: CommandFor<HoldRef> = (line, terms) => ({ type: 'CloseHold', ...holdFields(line, terms) })
const shipCommand: CommandFor<HoldMove> = (line, terms) => ({
  type: 'ShipStock',
  ...terms,
  line: line.line,
  shippedTotal: line.total,
})
const returnCommand =
  (restock: boolean): CommandFor<HoldMove> =>
  (line, terms) => ({
    type: 'ReturnStock',
    ...terms,
    line: line.line,
    quantity: line.quantity,
    returnedTotal: line.total,
    restock,
  })

const settleLines = (effect: Of<'settleStock'>, reservationId: string, run: OrderRun, ports: CheckoutPorts) => {
  const { revision } = effect
  switch (effect.kind) {
    case 'close':
      return refusedLines(effect.lines, revision, reservationId, closeCommand, run, ports)
    case 'ship':
      return refusedLines(effect.lines, revision, reservationId, shipCommand, run, ports)
    case 'return':
      return refusedLines(effect.lines, revision, reservationId, returnCommand(effect.restock), run, ports)
    default:
      return unreachable(effect)
  }
}

/** Submits the commands to the stock streams, then records the result in the order. Rejects if a stream gave no answer. */
export const runStockEffect = async (
  effect: Extract<Effect, StockEffect>,
  reservationId: string,
  run: OrderRun,
  ports: CheckoutPorts,
): Promise<OrderSubmitted> => {
  switch (effect.type) {
    case 'commitStock': {
      const { lines, cause } = effect
      const lost = await refusedLines(lines, cause.revision, reservationId, commitCommand, run, ports)
      if (lost.length > 0) return recordFact({ type: 'RecordStockLost', lines: lost }, run, ports)
      return recordFact({ type: 'RecordStockCommitted' }, run, ports)
    }
    case 'extendForAuthorization': {
      const { lines, revision, until } = effect
      const lost = await refusedLines(
        lines,
        revision,
        reservationId,
        extendCommand(() => until),
        run,
        ports,
      )
      if (lost.length > 0) return recordFact({ type: 'RecordStockLost', lines: lost }, run, ports)
      return recordFact({ type: 'SettleStock', revision }, run, ports)
    }
    case 'settleStock': {
      const { revision, kind } = effect
      const refused = await settleLines(effect, reservationId, run, ports)
      if (refused.length === 0) return recordFact({ type: 'SettleStock', revision }, run, ports)
      const detail = `${kind} of revision ${revision}: the stock refused lines ${refused.join(', ')}`
      const occasion = effect.dueSince.revision
      const call = { reason: 'stock_settlement_failed', detail, ...subjectOf(effect) } as const
      return callForAttention({ ...call, occasion }, run, ports)
    }
    default:
      return unreachable(effect)
  }
}

/** Extends every hold of an order to its first expiry plus `seconds`. Answers the lines that were refused. */
export const extendHolds = (
  order: Order,
  seconds: number,
  run: OrderRun,
  ports: CheckoutPorts,
): Promise<readonly number[]> => {
  const until = extendCommand(({ expiresAt }) => secondsAfter(expiresAt, seconds))
  return refusedLines(order.lines, order.last.revision, order.reservationId, until, run, ports)
}
