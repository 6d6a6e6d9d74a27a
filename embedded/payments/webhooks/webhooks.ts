// Sends owed events to the webhook until it acknowledges them. Goal: an event is delivered at least once, across restarts,
// and a dead receiver costs little. Method: the outbox is the truth; a bounded number of deliveries is in flight; one that
// is not answered 2xx is owed again after a growing wait, a bounded number of times. Order is not promised, as with Stripe.

import { errorText } from '#domain/error-text.ts'
import type { Delivery } from '../ledger/sqlite-outbox.ts'
import type { Store } from '../ledger/store.ts'

export const inFlightMax = 64
const refillBelow = inFlightMax / 2
export const attemptsMax = 16
const firstWaitMilliseconds = 200
const longestWaitMilliseconds = 60_000

/** How long to wait after the given number of failed attempts. */
export const retryWaitMilliseconds = (attempts: number): number =>
  Math.min(firstWaitMilliseconds * 2 ** (attempts - 1), longestWaitMilliseconds)

/** Sends one event and says whether it was acknowledged; the place of whatever goes wrong on the way. */
export type Post = (body: string) => Promise<boolean>

export type WebhookSender = {
  /** New events may be owed. */
  readonly wake: () => void
  /** Resolves when nothing is in flight; what is still owed stays in the outbox. */
  readonly stop: () => Promise<void>
}

type SenderOptions = {
  readonly store: Pick<Store, 'commit' | 'commitLater' | 'outbox'>
  readonly post: Post
  readonly now: () => number
  readonly log: (line: string) => void
}

export const startWebhookSender = ({ store, post, now, log }: SenderOptions): WebhookSender => {
  const inFlight = new Map<string, Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let isWoken = false
  let stopped = false

  const settle = async (delivery: Delivery, acknowledged: boolean): Promise<void> => {
    const attempts = delivery.attempts + 1
    // Forgotten in a crash, it is delivered once more.
    if (acknowledged) return store.commitLater((_, outbox) => outbox.done(delivery.eventId))
    if (attempts >= attemptsMax) {
      log(`webhook: ${delivery.eventId} was not acknowledged in ${attemptsMax} attempts and is given up`)
      return store.commit((_, outbox) => outbox.done(delivery.eventId))
    }
    return store.commit((_, outbox) =>
      outbox.postpone(delivery.eventId, attempts, now() + retryWaitMilliseconds(attempts)),
    )
  }

  const deliver = async (delivery: Delivery): Promise<void> => {
    try {
      await settle(delivery, await post(store.outbox.bodyOf(delivery.eventId)))
      inFlight.delete(delivery.eventId)
      wake()
    } catch (error) {
      // The disk refused: what became of the delivery is not kept, so it is made again, but not at once.
      log(`webhook: ${delivery.eventId}: ${errorText(error)}`)
      inFlight.delete(delivery.eventId)
      timer ??= setTimeout(wake, longestWaitMilliseconds).unref()
    }
  }

  /** Calls that were committed together, and deliveries that were answered with them, wake it once. */
  const wake = (): void => {
    if (isWoken) return
    isWoken = true
    setImmediate(look)
  }

  const look = (): void => {
    isWoken = false
    // The rows in flight are still in the outbox and come first; refilling by halves reads few of them twice.
    if (stopped || inFlight.size > refillBelow) return
    for (const delivery of store.outbox.due(now(), inFlightMax)) {
      if (!inFlight.has(delivery.eventId)) inFlight.set(delivery.eventId, deliver(delivery))
    }
    clearTimeout(timer)
    timer = undefined
    if (inFlight.size > 0) return
    const dueAt = store.outbox.nextDueAt()
    if (dueAt !== null) timer = setTimeout(wake, Math.max(dueAt - now(), 1)).unref()
  }

  look()
  return {
    wake,
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await Promise.all(inFlight.values())
    },
  }
}
