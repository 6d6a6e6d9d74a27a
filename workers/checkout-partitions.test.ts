import { expect, test } from 'vitest'
import { orderStream } from '#domain/streams.ts'
import { derivedId } from '#domain/values/ids.ts'
import { checkoutPartitions, partitionCount, partitionOf } from './checkout-partitions.ts'

test('an order is always in the same partition', () => {
  expect(partitionOf(orderStream('00000000-0000-4000-8000-00000000000a'))).toBe('checkout-2-of-8')
  expect(partitionOf(orderStream('00000000-0000-4000-8000-00000000000b'))).toBe('checkout-7-of-8')
})

test('orders spread evenly over all partitions', () => {
  const orders = Array.from({ length: 8_000 }, (_, index) =>
    partitionOf(orderStream(derivedId('order', String(index)))),
  )
  const counts = checkoutPartitions.map((partition) => orders.filter((found) => found === partition).length)
  expect(checkoutPartitions).toHaveLength(partitionCount)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(8_000)
  expect(Math.min(...counts)).toBeGreaterThan(850)
  expect(Math.max(...counts)).toBeLessThan(1_150)
})
