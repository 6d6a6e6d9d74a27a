import type { StoredEvent } from '../log.ts'
import { dataOf, numberIn, textIn } from './data.ts'
import { type OrderBook, takeOrderEvent } from './orders.ts'
import { createStockBook, type StockBook } from './stock.ts'

// Reads every event when it is committed and reports a broken invariant at once.

export type Books = {
  readonly take: (events: readonly StoredEvent[]) => void
  readonly stock: ReadonlyMap<string, StockBook>
  readonly orders: ReadonlyMap<string, OrderBook>
  /** Registers the command ids of a client's request by its key. */
  readonly idKnown: (commandId: string, key: string) => void
  /** Whether an event of this type was committed for a client's key. */
  readonly isDone: (type: string, key: string) => boolean
}

/** Events of which there is at most one per client key, however often the client retries. */
const onceForEachKey: ReadonlySet<string> = new Set([
  'PaymentRequested',
  'OrderShipped',
  'OrderReturned',
  'RefundRequested',
  'StockReceived',
  'StockAdjusted',
  'StockCounted',
  'OrderPlaced',
  'OrderCancelled',
])

const effectOf = (type: string, key: string, paymentObjectId: string): string => `${type} ${paymentObjectId} for ${key}`

/** `ignored`: streams with events that break their schema. */
export const createBooks = (fail: (problem: string) => void, ignored: readonly string[]): Books => {
  const stock = new Map<string, StockBook>()
  const orders = new Map<string, OrderBook>()
  const keys = new Map<string, string>()
  const done = new Map<string, string>()

  const takeStock = (event: StoredEvent, type: string): string | undefined => {
    const book = stock.get(event.stream) ?? createStockBook()
    stock.set(event.stream, book)
    return book.take(type, dataOf(event.json))
  }

  const takeOrder = (event: StoredEvent, type: string): string | undefined => {
    const orderId = event.stream.slice('order-'.length)
    const taken = takeOrderEvent(orders.get(orderId), {
      orderId,
      type,
      revision: event.revision,
      data: dataOf(event.json),
    })
    if (typeof taken === 'string') return taken
    orders.set(orderId, taken)
    const isShort = ({ line, stream, quantity }: OrderBook['lines'][number]): boolean => {
      const hold = stock.get(stream)?.hold(taken.reservationId, line)
      return hold?.stage !== 'committed' || hold.quantity !== quantity
    }
    return type === 'OrderConfirmed' && taken.lines.some(isShort) ? 'confirms what is not committed' : undefined
  }

  /** Finds a retry that was done again: the same effect twice for one key. */
  const twice = (event: StoredEvent, type: string): string | undefined => {
    const data = dataOf(event.json)
    const key = keys.get(textIn(data, 'commandId'))
    if (key === undefined || !onceForEachKey.has(type)) return undefined
    const what = effectOf(type, key, textIn(data, 'paymentObjectId'))
    const before = done.get(what)
    done.set(what, event.stream)
    return before === undefined ? undefined : `was done already for ${key}, in ${before}`
  }

  const takeOne = (event: StoredEvent): string | undefined => {
    const [type = ''] = event.storedType.split('.')
    const isOurs = event.stream.startsWith('stock-') || event.stream.startsWith('order-')
    if (!isOurs || ignored.includes(event.stream)) return undefined
    const at = numberIn(dataOf(event.json), 'at')
    if (at > event.created) return `is of ${at - event.created} ms after the log's own time`
    if (event.stream.startsWith('stock-')) return takeStock(event, type) ?? twice(event, type)
    return takeOrder(event, type) ?? twice(event, type)
  }

  return {
    take: (events) => {
      for (const event of events) {
        const problem = takeOne(event)
        if (problem !== undefined) fail(`${event.stream} ${event.revision} ${event.storedType}: ${problem}`)
      }
    },
    stock,
    orders,
    idKnown: (commandId, key) => {
      keys.set(commandId, key)
    },
    isDone: (type, key) => [...done.keys()].some((what) => what.startsWith(`${type} `) && what.endsWith(` for ${key}`)),
  }
}
