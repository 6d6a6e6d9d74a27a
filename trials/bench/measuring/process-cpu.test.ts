import { expect, test } from 'vitest'
import { cpuOfTree, cpuPerOrder } from './process-cpu.ts'

const stat = (pid: number, parent: number, command: string, seconds: number, endedSeconds = 0) => ({
  pid,
  parent,
  command,
  seconds,
  endedSeconds,
})

test('adds up the process and its descendants by part; children that have ended count for Postgres only', () => {
  const stats = [
    stat(1, 0, 'init', 100),
    stat(10, 1, 'node scripts/bench.ts checkout', 2, 50),
    stat(11, 10, '/bin/sh -c watchdog node api/main.ts', 0.25, 7),
    stat(12, 11, 'node api/main.ts', 4, 1),
    stat(13, 11, '/opt/postgres/bin/postgres -D data', 1, 3),
    stat(14, 13, 'postgres: holdfast', 2),
    stat(15, 10, 'node /app/trials/bench/checkout/bare/main.ts --port 1', 3),
    stat(20, 1, 'node workers/main.ts', 9),
  ]
  expect(Object.fromEntries(cpuOfTree(stats, 10))).toEqual({
    'benchmark client': 2,
    watchdogs: 0.25,
    API: 4,
    Postgres: 6,
    'bare checkout': 3,
  })
})

test('gives milliseconds per order between two readings, largest first, without parts that used none', () => {
  const before = new Map([
    ['API', 4],
    ['Postgres', 6],
    ['Redis', 1],
  ])
  const after = new Map([
    ['Postgres', 6.5],
    ['API', 6],
    ['Redis', 1],
  ])
  expect([...cpuPerOrder(before, after, 1_000)]).toEqual([
    ['API', 2],
    ['Postgres', 0.5],
  ])
})
