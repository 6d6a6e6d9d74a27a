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
type Altering = (event: Event) => Event | undefined

/** Hands out the log as it is until it is to be altered. */
const givenAlterable = (client: EventStoreDBClient) => {
  let altering: Altering = (event) => event
  const readAll = async function* (options: ReadAllOptions) {
    for await (const resolved of client.readAll(options)) {
      const event = resolved.event && altering(resolved.event)
      if (event !== undefined) yield { ...resolved, event }
    }
  }
  return {
    log: { readAll },
    alter: (how: Altering) => {
      altering = how
    },
  }
}

test('given a copy, when somebody follows it, then they get what was read, and then what is written later', async () => {
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

test('given a copy, when the log goes on, then nothing has changed', async () => {
  const client = await givenLog()
  const copy = copyLog(client)
  await copy.readOn()
  await client.appendToStream('order-1', anEvent(3))
  expect(await copy.changed()).toEqual([])
})

const isLast = ({ revision }: Event): boolean => revision === 1n

test.each<[string, Altering, string]>([
  ['lacks its last event', (event) => (isLast(event) ? undefined : event), 'order-1 revision 1'],
  ['has lost an event', (event) => (isLast(event) ? event : undefined), 'and now has order-1 revision 1'],
  ['has another content', (event) => (isLast(event) ? { ...event, type: 'Other' } : event), 'another content of'],
])('given a copy, when the log %s, then that is named', async (_, how, finding) => {
  const { log, alter } = givenAlterable(await givenLog())
  const copy = copyLog(log)
  await copy.readOn()
  alter(how)
  expect(await copy.changed()).toEqual([expect.stringContaining(finding)])
})
