import { expect, test } from 'vitest'
import { crashingLog, crashPoints, createCrash, parseCrashAt } from './crash-points.ts'

test('a point is named with its hit', () => {
  expect(parseCrashAt('append.order.after:3')).toEqual({ point: 'append.order.after', hit: 3 })
  expect(parseCrashAt('http.received')).toEqual({ point: 'http.received', hit: 1 })
})

test('anything else is refused in one line that lists the points', () => {
  for (const text of ['nowhere', 'http.received:0', 'http.received:x'])
    expect(() => parseCrashAt(text)).toThrow(/^CRASH_AT takes point:n.*http\.received.*\.$/)
})

test('points are declared once each', () => {
  expect(new Set(crashPoints).size).toBe(crashPoints.length)
})

test('without CRASH_AT nothing is wrapped', () => {
  const log = { append: async () => ({ outcome: 'conflict' }) as const, read: async function* () {} }
  expect(createCrash(undefined, () => undefined)).toBeUndefined()
  expect(crashingLog(log, undefined)).toBe(log)
})

test('the process dies at the hit that was asked for, and at no other', async () => {
  const told: string[] = []
  const crash = createCrash('append.stock.after:2', () => told.push('died'))
  const log = crashingLog(
    {
      append: async (stream) => {
        told.push(stream)
        return { outcome: 'appended', position: 1n }
      },
      read: async function* () {},
    },
    crash,
  )
  await log.append('stock-A@MAIN', -1, [])
  await log.append('order-1', -1, [])
  await log.append('stock-B@MAIN', -1, [])
  await log.append('stock-C@MAIN', -1, [])
  expect(told).toEqual(['stock-A@MAIN', 'order-1', 'stock-B@MAIN', 'died', 'stock-C@MAIN'])
})
