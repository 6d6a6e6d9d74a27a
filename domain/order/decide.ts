import { assert, unreachable } from '../assert.ts'
import { accepted, type Decision, refused } from '../decision.ts'
import type { Instant } from '../values/instant.ts'
import { appliedAnswer } from './applied.ts'
import { decideNeedAttention, decideResolveAttention, decideSettleStock } from './attending.ts'
import type { EventsOrRefusal, OrderCommand, OrderRefusal, PlaceOrder } from './commands.ts'
import { decideRequestConfirmation, decideStockCommitted, decideStockLost } from './confirming.ts'
import { decideCancel, decideExpire } from './ending.ts'
import type { OrderEvent } from './events.ts'
import { evolveAll } from './evolve.ts'
import { decideDeliver, decideReturn, decideShip } from './fulfilling.ts'
import { decideImportPaid, decideRequestPayment } from './paying.ts'
import { decidePlace } from './placing.ts'
import { decideDispute, decideIntentStatus, decidePaymentRefused } from './provider-facts.ts'
import { decideRefund, decideRefunded, decideRefundFailed } from './refunding.ts'
import type { Order, OrderAnswer, OrderState } from './state.ts'

export type OrderDecision = Decision<OrderEvent, OrderAnswer, OrderRefusal>

const decideOnPlaced = (command: Exclude<OrderCommand, PlaceOrder>, order: Order, at: Instant): EventsOrRefusal => {
  switch (command.type) {
    case 'RequestPayment':
      return decideRequestPayment(command, order, at)
    case 'ImportPaid':
      return decideImportPaid(command, order, at)
    case 'RecordPaymentRefused':
      return decidePaymentRefused(command, order, at)
    case 'RecordIntentStatus':
      return decideIntentStatus(command, order, at)
    case 'RequestConfirmation':
      return decideRequestConfirmation(command, order, at)
    case 'RecordStockCommitted':
      return decideStockCommitted(command, order, at)
    case 'RecordStockLost':
      return decideStockLost(command, order, at)
    case 'CancelOrder':
      return decideCancel(command, order, at)
    case 'ExpireOrder':
      return decideExpire(command, order, at)
    case 'ShipOrder':
      return decideShip(command, order, at)
    case 'DeliverOrder':
      return decideDeliver(command, order, at)
    case 'ReturnOrder':
      return decideReturn(command, order, at)
    case 'RefundOrder':
      return decideRefund(command, order, at)
    case 'RecordRefunded':
      return decideRefunded(command, order, at)
    case 'RecordRefundFailed':
      return decideRefundFailed(command, order, at)
    case 'RecordDispute':
      return decideDispute(command, order, at)
    case 'SettleStock':
      return decideSettleStock(command, order, at)
    case 'NeedAttention':
      return decideNeedAttention(command, order, at)
    case 'ResolveAttention':
      return decideResolveAttention(command, order, at)
    default:
      return unreachable(command)
  }
}

const decideCommand = (command: OrderCommand, state: OrderState, at: Instant): EventsOrRefusal => {
  if (command.type === 'PlaceOrder') return decidePlace(command, state, at)
  return state.status === 'none' ? 'not_found' : decideOnPlaced(command, state, at)
}

/**
 * Decides one command on one order, at log time `at`. A command that was applied before gets its first answer and gives no
 * event. The answer is read from the order after the events.
 */
export const decideOrder = (command: OrderCommand, state: OrderState, at: Instant): OrderDecision => {
  const answered = state.status === 'none' ? undefined : appliedAnswer(state, command.commandId)
  if (answered !== undefined) return accepted([], answered)
  const decided = decideCommand(command, state, at)
  if (typeof decided === 'string') return refused({ code: decided })
  const after = evolveAll(state, decided)
  assert(after.status !== 'none', `${command.type} was accepted without an order`)
  return accepted(decided, appliedAnswer(after, command.commandId) ?? { status: after.status, made: null })
}
