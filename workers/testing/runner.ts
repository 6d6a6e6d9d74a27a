import { type Mock, vi } from 'vitest'
import { orderStream } from '#domain/streams.ts'
import { checkoutPartitions, partitionOf } from '../checkout-partitions.ts'
import { createCheckoutRunner } from '../checkout-runner.ts'
import { createDriveOrder, type DriveOrder } from '../drive-order.ts'
import type { Worker } from '../worker.ts'
import { neverStopping, type TestPlatform, wait } from './platform.ts'

/** A checkout runner like in a process of its own, with a clock that the test advances. */
export type TestRunner = {
  readonly runner: Worker
  readonly drive: Mock<DriveOrder>
  readonly pass: (milliseconds: number) => void
}

export const runnerOf = (platform: TestPlatform, driveOrder = createDriveOrder(platform.process())): TestRunner => {
  let now = 0
  const monotonic = (): number => now
  const drive = vi.fn(driveOrder)
  const runner = createCheckoutRunner({
    leases: platform.leases(checkoutPartitions, monotonic),
    follow: platform.follow(['order-']),
    logTime: platform.process().logTime,
    signal: neverStopping,
    wait,
    drive,
    monotonic,
  })
  const pass = (milliseconds: number): void => {
    now += milliseconds
  }
  return { runner, drive, pass }
}

/** The longest time that a step of the runner takes without events. */
const stepMilliseconds = 1_000
/** A step without events takes a second, and more on a busy machine. */
export const runnerTimeout = { timeout: 30_000 }

/** Steps until the stored positions have passed all current events of these orders. */
export const untilSeen = async (
  { runner, pass }: Pick<TestRunner, 'runner' | 'pass'>,
  orderIds: readonly string[],
  { log, read }: TestPlatform,
): Promise<void> => {
  const ends = new Map<string, number>()
  for (const orderId of orderIds)
    for await (const page of log.read(orderStream(orderId), 0)) ends.set(orderId, Number(page.at(-1)?.position))
  const isSeen = async (): Promise<boolean> => {
    const leases = await read.db.selectFrom('leases').select(['name', 'position']).execute()
    const positions = new Map(leases.map(({ name, position }) => [name, position ?? 0]))
    return [...ends].every(([orderId, end]) => (positions.get(partitionOf(orderStream(orderId))) ?? 0) >= end)
  }
  await vi.waitUntil(async () => {
    if (await isSeen()) return true
    pass(stepMilliseconds)
    await runner.step()
    return false
  }, runnerTimeout)
}
