import { once } from 'node:events'
import { type EventStoreDBClient, persistentSubscriptionToStreamSettingsFromDefaults } from '@eventstore/db-client'
import { describe, expect, test } from 'vitest'
import { runChildNode, startChildNode } from './child-fixture.ts'
import { clientOf, events, givenClient, givenFolder, givenNode, places } from './fixture.ts'

const UNIMPLEMENTED = 12

describe('what the node lacks it says', () => {
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
    const error = await call(client).catch((reason: unknown) => reason)
    // The client itself refuses what the server features do not list.
    const isRefused = error instanceof Error && ('code' in error ? error.code === UNIMPLEMENTED : false)
    const isUnsupported = error instanceof Error && 'type' in error && error.type === 'unsupported'
    expect(isRefused || isUnsupported).toBe(true)
  })
})

test('a client that discovers its cluster by gossip finds the node', async () => {
  const { port } = await givenNode()
  const hosts = `127.0.0.1:${port},127.0.0.1:${port}`
  const client = clientOf({ connectionString: `esdb://${hosts}?tls=false` })
  await client.appendToStream('a', events(1, 1))
  expect(await places(client.readStream('a'))).toEqual(['0@a'])
})

test('stop answers the appends that have arrived', async () => {
  const node = await givenNode(givenFolder())
  const client = clientOf(node)
  await client.appendToStream('a', events(1, 1))
  const pending = client.appendToStream('a', events(2, 2)).then(
    () => 'answered',
    () => 'refused',
  )
  await node.stop()
  expect(['answered', 'refused']).toContain(await pending)
})

test('a long log is read in pages of bounded memory', async () => {
  const node = await startChildNode(['--memory'])
  const client = clientOf(node)
  const appends = Array.from({ length: 120 }, (_, index) =>
    client.appendToStream(`s-${index % 10}`, events(index * 1_000, index * 1_000 + 999)),
  )
  await Promise.all(appends)
  let count = 0
  for await (const { event } of client.readAll()) if (event?.streamId.startsWith('s-')) count += 1
  expect(count).toBe(120_000)
})

test('the process says when it is ready, answers health checks and stops cleanly on SIGTERM', async () => {
  const node = await startChildNode(['--memory', '--health-port', '0'])
  const live = await fetch(`http://127.0.0.1:${node.healthPort}/health/live`)
  expect([live.status, (await fetch(`http://127.0.0.1:${node.healthPort}/other`)).status]).toEqual([200, 404])
  await clientOf(node).appendToStream('a', events(1, 1))
  node.child.kill('SIGTERM')
  expect(await once(node.child, 'exit')).toEqual([0, null])
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
