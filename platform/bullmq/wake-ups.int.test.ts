import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Redis, startRedis } from '#embedded/redis/start.ts'
import { createTestRedis } from '#embedded/testing/servers.ts'
import { connectRedis } from '../redis/connect.ts'
import { createWakeUps, type WakeUps } from './wake-ups.ts'

const server = await createTestRedis()

const opened: WakeUps[] = []
const lines: string[] = []
const servers: Redis[] = []
let dataDir: string

const open = (redisUrl: string): WakeUps => {
  const wakeUps = createWakeUps({ redisUrl, warn: (line) => lines.push(line) })
  opened.push(wakeUps)
  return wakeUps
}

/** Schedules until Redis took it: while the connection is being made, wake-ups are dropped. */
const scheduled = (wakeUps: WakeUps, orderId: string, due: readonly string[]) =>
  expect
    .poll(
      () => {
        wakeUps.schedule(orderId, Date.now())
        return due
      },
      { timeout: 20_000 },
    )
    .toContain(orderId)

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'holdfast-wake-ups-'))
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ close }) => close()))
  await Promise.all(servers.splice(0).map(({ stop }) => stop()))
  lines.splice(0)
  await rm(dataDir, { recursive: true, force: true })
})

const startOn = async (port: number) => {
  const started = await startRedis({ dataDir, port })
  if ('unavailable' in started) throw new Error(started.unavailable)
  servers.push(started)
  return started
}

describe.skipIf('unavailable' in server)('with Redis', () => {
  const url = 'url' in server ? server.url : ''
  const redis = () => connectRedis(url, () => {})

  test('an order is woken when it is due; asked for twice it is woken once', async () => {
    const due: string[] = []
    const wakeUps = open(url)
    wakeUps.start(async (orderId) => void due.push(orderId))
    await scheduled(wakeUps, 'order-ready', due)
    due.splice(0)

    const at = Date.now() + 1_500
    wakeUps.schedule('order-later', at)
    wakeUps.schedule('order-later', at)
    const past = Date.now() - 60_000
    wakeUps.schedule('order-now', past)
    await expect.poll(() => due).toContain('order-now')
    expect(due).not.toContain('order-later')
    await expect.poll(() => due, { timeout: 10_000 }).toContain('order-later')
    expect(due.filter((orderId) => orderId === 'order-later')).toEqual(['order-later'])
  })

  test('one of two workers is woken', async () => {
    const due: string[] = []
    const both = [open(url), open(url)]
    for (const wakeUps of both) wakeUps.start(async (orderId) => void due.push(orderId))
    await scheduled(open(url), 'order-ready', due)
    due.splice(0)
    const at = Date.now() + 500
    for (const wakeUps of both) wakeUps.schedule('order-1', at)
    await expect.poll(() => due, { timeout: 10_000 }).toContain('order-1')
    await Promise.all(both.map(({ close }) => close()))
    expect(due.filter((orderId) => orderId === 'order-1')).toEqual(['order-1'])
  })

  test('a failed wake-up is logged, not retried, and leaves nothing behind', async () => {
    const due: string[] = []
    const wakeUps = open(url)
    wakeUps.start(async (orderId) => {
      due.push(orderId)
      if (orderId === 'order-fails') throw new Error('no luck')
    })
    await scheduled(wakeUps, 'order-before', due)
    wakeUps.schedule('order-fails', Date.now())
    await expect.poll(() => lines, { timeout: 10_000 }).toContain('wake-up of order order-fails: no luck')
    await scheduled(wakeUps, 'order-after', due)
    expect(due.filter((orderId) => orderId === 'order-fails')).toEqual(['order-fails'])
    const client = redis()
    await expect.poll(() => client.status).toBe('ready')
    await expect.poll(() => client.keys('holdfast:wake-ups:order-fails*')).toEqual([])
    client.disconnect()
  })

  test('a wake-up that was scheduled before Redis went down is due after it is back', async () => {
    const first = await startOn(0)
    const due: string[] = []
    const wakeUps = open(first.url)
    wakeUps.start(async (orderId) => void due.push(orderId))
    await scheduled(wakeUps, 'order-before', due)

    await first.stop()
    for (let nth = 0; nth < 100; nth += 1) wakeUps.schedule(`order-${nth}`, Date.now())
    await expect
      .poll(() => lines.filter((line) => line.startsWith('wake-ups are dropped')))
      .toEqual(['wake-ups are dropped, the sweep comes later: Redis is not there'])

    await startOn(first.port)
    await scheduled(wakeUps, 'order-after', due)
  })
})

test.skipIf('unavailable' in server)('a Redis that stalls at the first wake-up is used once it answers', async () => {
  const { url } = await startOn(0)
  const client = connectRedis(url, () => {})
  await expect.poll(() => client.status).toBe('ready')
  const due: string[] = []
  const wakeUps = open(url)
  wakeUps.start(async (orderId) => void due.push(orderId))
  const othersConnected = async () => String(await client.client('LIST')).split('cmd=info').length - 1
  await expect.poll(othersConnected).toBeGreaterThan(0)
  await client.client('PAUSE', 1_500, 'ALL')
  await scheduled(wakeUps, 'order-1', due)
  client.disconnect()
})

test('without Redis from the start nothing throws, and closing ends', async () => {
  const wakeUps = open('redis://127.0.0.1:1')
  wakeUps.start(async () => {})
  wakeUps.schedule('order-1', Date.now())
  expect(lines).toContain('wake-ups are dropped, the sweep comes later: Redis is not there')
  await wakeUps.close()
})
