// The checkout runner without servers: leases, batches and positions. With servers see checkout-sharing.int.test.ts.

import { expect, test } from 'vitest'
import { orderStream } from '#domain/streams.ts'
import type { FollowedBatch } from '#platform/eventstore/follow-log.ts'
import type { HeldLeases, Move } from '#platform/postgres/lease-group.ts'
import { checkoutPartitions, partitionOf } from './checkout-partitions.ts'
import { createCheckoutRunner } from './checkout-runner.ts'

const orderIdOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

/** Leases of all partitions with this token. */
const allUnder = (token: number): HeldLeases =>
  new Map(checkoutPartitions.map((name) => [name, { token, position: undefined }]))

/** Orders 1 to 40 in one batch. Their events cannot be decoded, so all of them have to be driven. */
const orderIds = Array.from({ length: 40 }, (_, index) => orderIdOf(index + 1))
const entries: FollowedBatch['entries'] = orderIds.map((orderId, index) => ({
  stream: orderStream(orderId),
  position: BigInt(index + 1),
  revision: 0,
  created: 0,
  storedType: 'Unknown.v1',
  problem: 'not looked at',
}))

/** A runner that holds the leases `before`, and the leases `next` from the first driven order on. */
const given = (before: HeldLeases, next: HeldLeases) => {
  let held = before
  const driven: string[] = []
  const moves: Move[] = []
  let now = 0
  const runner = createCheckoutRunner({
    leases: {
      hold: async () => held,
      advance: async (asked) => {
        moves.push(...asked)
        return new Set(asked.filter(({ name, token }) => held.get(name)?.token === token).map(({ name }) => name))
      },
      release: async () => undefined,
    },
    follow: async function* (after, ended) {
      if (after === 'start') yield { entries, position: 40n, live: true }
      await new Promise((resolve) => ended.addEventListener('abort', resolve))
    },
    wait: () => new Promise((resolve) => setImmediate(resolve)),
    drive: async (orderId) => {
      driven.push(orderId)
      held = next
      return 0
    },
    logTime: { now: () => 0 },
    monotonic: () => now,
    signal: new AbortController().signal,
  })
  const pass = (milliseconds: number): void => {
    now += milliseconds
  }
  return { runner, driven, moves, pass }
}

test('drives all orders of a batch, a few at a time, and then stores the position of each partition', async () => {
  const { runner, driven, moves, pass } = given(allUnder(1), allUnder(1))
  pass(1_000)
  expect(await runner.step()).toBe('worked')
  expect(driven).toEqual(orderIds)
  expect(moves).toEqual(checkoutPartitions.map((name) => ({ name, token: 1, position: 40n })))
})

test('stores positions once a second', async () => {
  const { runner, moves, pass } = given(allUnder(1), allUnder(1))
  pass(999)
  await runner.step()
  expect(moves).toEqual([])
  pass(1)
  await runner.step()
  await runner.step()
  expect(moves).toHaveLength(8)
})

test('stores its positions when it stops', async () => {
  const { runner, moves } = given(allUnder(1), allUnder(1))
  await runner.step()
  expect(moves).toEqual([])
  await runner.close()
  expect(moves).toHaveLength(8)
})

test('begins no further order of partitions that were lost meanwhile', async () => {
  const kept = partitionOf(orderStream(orderIdOf(1)))
  const half: HeldLeases = new Map([...allUnder(1)].filter(([name]) => name === kept))
  const { runner, driven } = given(allUnder(1), half)
  await runner.step()
  const atOnce = 16
  const later = driven.slice(atOnce)
  expect(later.length).toBeGreaterThan(0)
  expect(later).toEqual(orderIds.slice(atOnce).filter((orderId) => partitionOf(orderStream(orderId)) === kept))
})

test('begins no further order of partitions that were lost and regained, because their token is another', async () => {
  const { runner, driven } = given(allUnder(1), allUnder(3))
  await runner.step()
  expect(driven).toHaveLength(16)
  await runner.step()
  expect(driven).toEqual([...orderIds.slice(0, 16), ...orderIds])
})

test('is idle and follows nothing without a partition', async () => {
  const { runner, driven } = given(new Map(), new Map())
  expect(await runner.step()).toBe('idle')
  expect(driven).toEqual([])
})
