import { expect, test } from 'vitest'
import type { EventLog } from '#commands/ports.ts'
import { crashingLog, crashPoints, createCrash, parseCrashMoment } from './crash-points.ts'

test('a crash point is read with its hit', () => {
  expect(parseCrashMoment('CRASH_AT', 'append.order.after:3')).toEqual({ point: 'append.order.after', hit: 3 })
  expect(parseCrashMoment('PAUSE_AT', 'http.received')).toEqual({ point: 'http.received', hit: 1 })
})

test('any other value is refused in one line that lists the points', () => {
  for (const text of ['nowhere', 'http.received:0', 'http.received:x'])
    expect(() => parseCrashMoment('CRASH_AT', text)).toThrow(/^CRASH_AT takes point:n.*http\.received.*\.$/)
})

test('each point is declared once', () => {
  expect(new Set(crashPoints).size).toBe(crashPoints.length)
})

test('without CRASH_AT and PAUSE_AT nothing is wrapped', () => {
  const log = { append: async () => ({ outcome: 'conflict', current: 4 }) as const, read: async function* () {} }
  expect(createCrash({ CRASH_AT: '' }, () => undefined)).toBeUndefined()
  expect(crashingLog(log, undefined, () => undefined)).toBe(log)
})

const logOf = (told: string[], outcome: 'appended' | 'conflict'): EventLog => ({
  append: async (stream) => {
    told.push(stream)
    return outcome === 'appended' ? { outcome, position: 1n } : { outcome, current: 4 }
  },
  read: async function* () {},
})

test('the process is killed at the wanted hit and at no other', async () => {
  const told: string[] = []
  const crash = createCrash({ CRASH_AT: 'append.stock.after:2' }, (signal) => told.push(signal))
  const log = crashingLog(logOf(told, 'appended'), crash, (line) => told.push(line))
  for (const stream of ['stock-A@MAIN', 'order-1', 'stock-B@MAIN', 'stock-C@MAIN']) await log.append(stream, -1, [])
  expect(told).toEqual(['stock-A@MAIN', 'order-1', 'stock-B@MAIN', 'SIGKILL', 'stock-C@MAIN'])
})

test('given a process paused before an append, when it is resumed, then it sends the append and reports the outcome', async () => {
  const told: string[] = []
  const crash = createCrash({ PAUSE_AT: 'append.order.before:2' }, (signal) => told.push(signal))
  const log = crashingLog(logOf(told, 'conflict'), crash, (line) => told.push(line))
  for (const revision of [3, 4, 5]) await log.append('order-1', revision, [])
  expect(told).toEqual([
    'order-1',
    'SIGSTOP',
    'order-1',
    'the append to order-1 after revision 4, held back by a pause: conflict',
    'order-1',
  ])
})

test('given a delayed append whose connection is lost, when it is sent again, then the outcome of the second one is reported', async () => {
  const told: string[] = []
  let tries = 0
  const log = crashingLog(
    {
      ...logOf(told, 'conflict'),
      append: async () => {
        tries += 1
        if (tries === 1) throw new Error('the connection is lost')
        return { outcome: 'conflict', current: 4 }
      },
    },
    createCrash({ PAUSE_AT: 'append.order.before' }, () => undefined),
    (line) => told.push(line),
  )
  await expect(log.append('order-1', 4, [])).rejects.toThrow('lost')
  await log.append('order-1', 4, [])
  expect(told).toEqual(['the append to order-1 after revision 4, held back by a pause: conflict'])
})
