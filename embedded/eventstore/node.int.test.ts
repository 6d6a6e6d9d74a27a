import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import {
  type EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startEventStoreNode } from './node.ts'
import { runChildNode, startChildNode } from './testing/child-fixture.ts'
import { anEvent, clientOf, events, givenClient, givenFolder, givenNode, places } from './testing/fixture.ts'

const unimplemented = 12

describe('a function that the node lacks is refused as unimplemented', () => {
  test.each<[string, (client: EventStoreDBClient) => Promise<unknown>]>([
    ['delete', (client) => client.deleteStream('a')],
    ['tombstone', (client) => client.tombstoneStream('a')],
    [
      'persistent subscriptions',
      (client) =>
        client.createPersistentSubscriptionToStream('a', 'group', persistentSubscriptionToStreamSettingsFromDefaults()),
    ],
  ])('%s', async (_, call) => {
    const client = await givenClient()
    await expect(call(client)).rejects.toMatchObject({ code: unimplemented })
  })
})

test('a client that discovers the cluster by gossip finds the node', async () => {
  const { port } = await givenNode()
  const hosts = `127.0.0.1:${port},127.0.0.1:${port}`
  const client = clientOf({ connectionString: `esdb://${hosts}?tls=false` })
  await client.appendToStream('a', events(1, 1))
  expect(await places(client.readStream('a'))).toEqual(['0@a'])
})

test('when it stops under load, every answered append is in the log and the rest are refused as unavailable', async () => {
  const folder = givenFolder()
  const node = await startEventStoreNode({ dataDir: folder, port: 0 })
  const client = clientOf(node)
  await client.appendToStream('a', [anEvent(0)])
  const outcomes = Array.from({ length: 500 }, (_, index) =>
    client.appendToStream(`s-${index}`, [anEvent(index)]).then(
      () => 'answered',
      (error: { type?: string }) => error.type,
    ),
  )
  await outcomes[0]
  await node.stop()
  const settled = await Promise.all(outcomes)
  const answered = settled.flatMap((outcome, index) => (outcome === 'answered' ? [`0@s-${index}`] : []))
  expect(settled.filter((outcome) => outcome !== 'answered' && outcome !== 'unavailable')).toEqual([])
  const again = clientOf(await givenNode(folder))
  expect(await places(again.readAll())).toEqual(expect.arrayContaining(answered))
})

test('the node stops although a subscriber does not read', async () => {
  const node = await startEventStoreNode({ dataDir: 'memory', port: 0 })
  const client = clientOf(node)
  const large = jsonEvent({ type: 'Large', data: 'x'.repeat(500_000) })
  for (let count = 0; count < 40; count += 1) await client.appendToStream('a', { ...large, id: anEvent(count).id })
  const subscription = client.subscribeToStream('a')
  subscription.on('error', () => {})
  await once(subscription, 'confirmation')
  await expect(node.stop()).resolves.toBe(undefined)
})

test('a log of 120,000 events is read completely', async () => {
  const node = await startChildNode(['--memory'])
  const client = clientOf(node)
  const appends = Array.from({ length: 120 }, (_, index) =>
    client.appendToStream(`s-${index % 10}`, events(index * 1_000, index * 1_000 + 999), { deadline: 120_000 }),
  )
  await Promise.all(appends)
  let count = 0
  for await (const { event } of client.readAll()) if (event?.streamId.startsWith('s-')) count += 1
  expect(count).toBe(120_000)
})

test('the process reports when it is ready, answers health checks and stops cleanly on SIGTERM', async () => {
  const node = await startChildNode(['--memory', '--health-port', '0'])
  const live = await fetch(`http://127.0.0.1:${node.healthPort}/health/live`)
  expect([live.status, (await fetch(`http://127.0.0.1:${node.healthPort}/other`)).status]).toEqual([200, 404])
  await clientOf(node).appendToStream('a', events(1, 1))
  node.child.kill('SIGTERM')
  expect(await once(node.child, 'exit')).toEqual([0, null])
})

test('a forked process stops when its parent ends', async () => {
  const child = fork(path.join(import.meta.dirname, 'main.ts'), ['--memory', '--port', '0'], { silent: true })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  if (child.stdout !== null) await once(child.stdout, 'data')
  child.disconnect()
  expect(await once(child, 'exit')).toEqual([0, null])
})

test.each([
  ['neither --data nor --memory', ['--port', '0'], 'It takes either --data DIR or --memory.'],
  ['a port that is none', ['--memory', '--port', '70000'], '--port takes a port from 0 to 65535, not "70000".'],
  ['an unknown argument', ['--memory', '--colour'], "Unknown option '--colour'"],
])('%s is refused with a clear line', async (_, args, message) => {
  const result = await runChildNode(args)
  expect(result.code).toBe(1)
  expect(result.stderr.split('\n')[0]).toContain(message)
})
