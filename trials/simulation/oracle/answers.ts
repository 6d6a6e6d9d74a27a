import type { Answer, Request } from '../api.ts'
import type { Books } from './books.ts'

// I5: a client that got a success finds it, and the same request, however often it is sent, has one answer.

export type Answers = {
  /** A request has reached a process; `at` is the log's time. */
  readonly asked: (key: string, at: number) => void
  readonly answered: (key: string, request: Request, answer: Answer, at: number) => void
}

/** Refusals are remembered for 60 s; this is what remains after the slowest first answer. */
const refusalMilliseconds = 35_000

const effects: Readonly<Record<string, string>> = {
  ShipOrder: 'OrderShipped',
  ReturnOrder: 'OrderReturned',
  RefundOrder: 'RefundRequested',
  ReceiveStock: 'StockReceived',
  AdjustStock: 'StockAdjusted',
  CountStock: 'StockCounted',
}

const missing = (key: string, request: Request, answer: Answer, books: Books): string | undefined => {
  if (!('outcome' in answer)) return undefined
  switch (answer.outcome) {
    case 'reserved':
      for (const { line, sku, location, quantity, expiresAt } of answer.lines) {
        const hold = books.stock.get(`stock-${sku}@${location}`)?.hold(answer.reservationId, line)
        if (hold?.quantity !== quantity || hold.firstExpiresAt !== expiresAt)
          return `line ${line} is not held as the answer says`
      }
      return undefined
    case 'placed':
      return books.orders.has(answer.orderId) ? undefined : 'there is no such order'
    case 'paid': {
      const order = request.type === 'pay' ? books.orders.get(request.orderId) : undefined
      return answer.status === 'confirmed' && order?.captured.size === 0 ? 'nothing was paid' : undefined
    }
    case 'changed': {
      if (request.type === 'transfer') {
        const order = books.orders.get(request.orderId)
        const isKnown = request.refundId === null ? order?.captured.size : order?.refundsAnswered.has(request.refundId)
        return isKnown ? undefined : 'the order does not know of the transfer'
      }
      const change = request.type === 'change' || request.type === 'stock' ? request.change.type : ''
      const effect = effects[change]
      return effect === undefined || books.isDone(effect, key) ? undefined : `no ${effect} is in the log`
    }
    default:
      return undefined
  }
}

/** The part that must be equal in every answer to the same request. */
const essenceOf = (answer: Answer): string | undefined => {
  if (!('outcome' in answer)) return undefined
  if (answer.outcome === 'reserved') return JSON.stringify([answer.reservationId, answer.lines])
  return answer.outcome === 'placed' ? answer.orderId : undefined
}

export const createAnswers = (books: Books, fail: (problem: string) => void): Answers => {
  const essences = new Map<string, string>()
  const firstAsked = new Map<string, number>()
  const refused = new Set<string>()

  return {
    asked: (key, at) => {
      if (!firstAsked.has(key)) firstAsked.set(key, at)
    },
    answered: (key, request, answer, at) => {
      const problem = missing(key, request, answer, books)
      if (problem !== undefined) fail(`${key} was answered with success, and ${problem}`)
      const essence = essenceOf(answer)
      const before = essences.get(key)
      if (essence !== undefined && before !== undefined && before !== essence)
        fail(`${key} was answered ${before} and then ${essence}`)
      if (essence !== undefined) essences.set(key, essence)
      if (request.type !== 'reserve') return
      const outOfStock = 'code' in answer && answer.code === 'out_of_stock'
      if (outOfStock && before !== undefined) fail(`${key} was held, and then refused as out of stock`)
      if (outOfStock) refused.add(key)
      const since = at - (firstAsked.get(key) ?? at)
      if (essence !== undefined && refused.has(key) && since < refusalMilliseconds)
        fail(`${key} was refused as out of stock, and then held`)
    },
  }
}
