import type { AllStreamRecordedEvent, EventStoreDBClient, ReadAllOptions } from '@eventstore/db-client'
import { expect, test } from 'vitest'
import { anEvent, events, givenClient } from '#embedded/eventstore/testing/fixture.ts'
import { copyLog } from './log-copy.ts'

const namesOf = (entries: ReadonlyArray<{ readonly stream: string; readonly revision: number }>): readonly string[] =>
  entries.map(({ stream, revision }) => `${revision}@${stream}`)

const givenLog = async (): Promise<EventStoreDBClient> => {
  const client = await givenClient()
  await client.appendToStream('order-1', events(1, 2))
  return client
}

type Event = AllStreamRecordedEvent
type Alteration = (event: Event) => Event | undefined

/** A log that can be altered later. */
const givenAlterable = (client: EventStoreDBClient) => {
  let alteration: Alteration = (event) => event
  const readAll = async function* (options: ReadAllOptions) {
    for await (const resolved of client.readAll(options)) {
      const event = resolved.event && alteration(resolved.event)
      if (event !== undefined) yield { ...resolved, event }
    }
  }
  return {
    log: { readAll },
    alter: (by: Alteration) => {
      alteration = by
    },
  }
}

test('given a copy, when it is followed, then it yields what was read and then what is appended later', async () => {
  const client = await givenLog()
  const copy = copyLog(client)
  await copy.readOn()
  const following = copy.follow('start', new AbortController().signal)

  const first = (await following.next()).value
  await client.appendToStream('order-2', anEvent(3))
  const second = (await following.next()).value

  expect([first, second].map((batch) => namesOf(batch?.entries ?? []))).toEqual([
    ['0@order-1', '1@order-1'],
    ['0@order-2'],
  ])
  const after = first?.position
  if (after === undefined) throw new Error('a batch has a position')
  const later = await copy.follow(after, new AbortController().signal).next()
  expect(namesOf(later.value?.entries ?? [])).toEqual(['0@order-2'])
})

test('given a copy, when events are appended to the log, then nothing has changed', async () => {
  const client = await givenLog()
  const copy = copyLog(client)
  await copy.readOn()
  await client.appendToStream('order-1', anEvent(3))
  expect(await copy.changes()).toEqual([])
})

const isLast = ({ revision }: Event): boolean => revision === 1n

test.each<[string, Alteration, string]>([
  ['lacks its last event', (event) => (isLast(event) ? undefined : event), 'order-1 revision 1'],
  ['has lost an event', (event) => (isLast(event) ? event : undefined), 'but now has order-1 revision 1'],
  ['has another content', (event) => (isLast(event) ? { ...event, type: 'Other' } : event), 'changed the content of'],
])('given a copy, when the log %s, then that is found', async (_, alteration, finding) => {
  const { log, alter } = givenAlterable(await givenLog())
  const copy = copyLog(log)
  await copy.readOn()
  alter(alteration)
  expect(await copy.changes()).toEqual([expect.stringContaining(finding)])
})
