import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { expect, onTestFinished, test } from 'vitest'
import { createCommitFeed } from '../../log/commit-feed.ts'
import { openStorage } from '../../log/storage.ts'
import { pageEventsMax } from './cursor.ts'
import type { Outlet } from './outlet.ts'
import { serveRead } from './read-rpc.ts'

const eventCount = 1_000

const givenLog = (responseBytes: number) => {
  const storage = openStorage('memory')
  onTestFinished(() => storage.close())
  const streamId = storage.addStream('a')
  const response = Buffer.alloc(responseBytes)
  for (let revision = 0; revision < eventCount; revision += 1) {
    storage.addEvent({
      position: 64 + revision * responseBytes,
      stream: 'a',
      streamId,
      revision,
      id: String(revision),
      type: 'Happened',
      response,
    })
  }
  return storage
}

const everything = (): InstanceType<typeof streams.ReadReq> => {
  const options = new streams.ReadReq.Options()
    .setAll(new streams.ReadReq.Options.AllOptions().setStart(new shared.Empty()))
    .setNoFilter(new shared.Empty())
    .setCount(String(eventCount * 2))
    .setUuidOption(new streams.ReadReq.Options.UUIDOption().setString(new shared.Empty()))
  return new streams.ReadReq().setOptions(options)
}

/** An outlet that counts; `ready` says how the client takes what it is sent. */
const givenOutlet = (ready: () => Promise<void>) => {
  const closing = new AbortController()
  const counts = { sent: 0, ended: 0, failed: 0 }
  const outlet: Outlet = {
    signal: closing.signal,
    send: () => {
      counts.sent += 1
    },
    ready,
    end: () => {
      counts.ended += 1
    },
    fail: () => {
      counts.failed += 1
    },
  }
  return { outlet, counts }
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

test('a client that does not read gets one page, and the log waits', async () => {
  const { outlet, counts } = givenOutlet(() => new Promise(() => {}))
  serveRead(everything(), outlet, { storage: givenLog(100), feed: createCommitFeed(), log: () => {} })
  await turns(50)
  expect(counts).toEqual({ sent: pageEventsMax, ended: 0, failed: 0 })
})

test('a client that reads gets everything', async () => {
  const { outlet, counts } = givenOutlet(() => Promise.resolve())
  await serveRead(everything(), outlet, { storage: givenLog(100), feed: createCommitFeed(), log: () => {} })
  expect(counts).toEqual({ sent: eventCount, ended: 1, failed: 0 })
})

test('a page of large events is bounded by bytes', () => {
  const page = givenLog(300 * 1024).readPage({ kind: 'all', direction: 'forwards', from: 0, withStream: false }, 100)
  expect({ events: page.events.length, more: page.more }).toEqual({ events: 2, more: true })
})

test('a read that the log cannot serve fails and is logged', async () => {
  const { outlet, counts } = givenOutlet(() => Promise.resolve())
  const storage = givenLog(100)
  const broken = {
    ...storage,
    readPage: () => {
      throw new Error('disk I/O error')
    },
  }
  const lines: string[] = []
  await serveRead(everything(), outlet, { storage: broken, feed: createCommitFeed(), log: (line) => lines.push(line) })
  expect(counts).toEqual({ sent: 0, ended: 0, failed: 1 })
  expect(lines).toEqual(['A read failed: disk I/O error'])
})
