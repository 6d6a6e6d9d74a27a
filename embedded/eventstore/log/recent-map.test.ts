import { expect, test } from 'vitest'
import { createRecentMap } from './recent-map.ts'

test('keeps the entries used last and forgets the others', () => {
  const map = createRecentMap<number, string>(3)
  for (const key of [1, 2, 3]) map.set(key, `value ${key}`)
  map.get(1)
  for (const key of [4, 5]) map.set(key, `value ${key}`)
  expect([1, 2, 3].map((key) => map.get(key))).toEqual(['value 1', undefined, undefined])
})

test('never holds more than twice what it keeps', () => {
  const map = createRecentMap<number, number>(10)
  for (let key = 0; key < 1_000; key += 1) map.set(key, key)
  const held = Array.from({ length: 1_000 }, (_, key) => key).filter((key) => map.get(key) !== undefined)
  expect(held.length).toBeLessThanOrEqual(20)
  expect(held).toContain(999)
})

test('clear forgets both generations', () => {
  const map = createRecentMap<number, number>(2)
  for (const key of [1, 2, 3]) map.set(key, key)
  map.clear()
  expect([1, 2, 3].map((key) => map.get(key))).toEqual([undefined, undefined, undefined])
})
