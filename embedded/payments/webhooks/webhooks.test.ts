import { expect, test } from 'vitest'
import type { StoredEvent } from '../ledger/ledger.ts'
import { openStore } from '../ledger/store.ts'
import { attemptsMax, inFlightMax, type Post, retryWaitMilliseconds, startWebhookSender } from './webhooks.ts'

const event = (id: string): StoredEvent => ({
  id,
  object: 'event',
  api_version: '2026-10-28.endive',
  created: 1_700_000_000,
  data: { object: {} },
  livemode: false,
  pending_webhooks: 1,
  request: { id: 'req_1', idempotency_key: null },
  type: 'payment_intent.created',
})

const start = 1_700_000_000_000

/** A sender over a ledger in memory, on a clock that the test moves. */
const given = async (events: number, post: Post) => {
  const store = openStore('memory', (at) => at)
  const lines: string[] = []
  let now = start
  await store.commit((ledger) => {
    for (let nth = 0; nth < events; nth += 1) ledger.appendEvent(event(`evt_${nth}`), start)
  })
  const sender = startWebhookSender({ store, post, now: () => now, log: (line) => lines.push(line) })
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn += 1) await store.commit(() => undefined)
  }
  await settled()
  return {
    store,
    lines,
    pass: async (ms: number) => {
      now += ms
      sender.wake()
      await settled()
    },
    stop: async () => {
      await sender.stop()
      store.close()
    },
  }
}

test('an event that is never acknowledged is given up after a bounded number of attempts, and logged', async () => {
  let posts = 0
  const sender = await given(1, async () => {
    posts += 1
    return false
  })
  for (let round = 0; round < attemptsMax + 3; round += 1) await sender.pass(retryWaitMilliseconds(attemptsMax))
  expect(posts).toBe(attemptsMax)
  expect(sender.store.outbox.nextDueAt()).toBe(null)
  expect(sender.lines).toEqual([`webhook: evt_0 was not acknowledged in ${attemptsMax} attempts and is given up`])
  await sender.stop()
})

test('a failed delivery is retried after a delay', async () => {
  let posts = 0
  const sender = await given(1, async () => {
    posts += 1
    return false
  })
  await sender.pass(retryWaitMilliseconds(1) - 1)
  expect(posts).toBe(1)
  await sender.pass(1)
  expect(posts).toBe(2)
  await sender.stop()
})

test('delays double up to a bound', () => {
  expect([1, 2, 3, 30].map(retryWaitMilliseconds)).toEqual([200, 400, 800, 60_000])
})

test('a receiver that does not answer holds a bounded number of deliveries, none of them twice', async () => {
  const bodies: string[] = []
  const sender = await given(inFlightMax + 10, (body) => {
    bodies.push(body)
    return new Promise(() => {})
  })
  await sender.pass(1)
  expect(bodies).toHaveLength(inFlightMax)
  expect(new Set(bodies).size).toBe(inFlightMax)
  sender.store.close()
})

test('an event is not sent again while its delivery is in progress', async () => {
  let posts = 0
  const sender = await given(3, () => {
    posts += 1
    return new Promise(() => {})
  })
  await sender.pass(1)
  expect(posts).toBe(3)
  sender.store.close()
})
