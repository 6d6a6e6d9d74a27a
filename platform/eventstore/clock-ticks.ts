import { BACKWARDS, END, type EventStoreDBClient, StreamNotFoundError } from '@eventstore/db-client'
import type { EventLog } from '#commands/ports.ts'
import { encodeEvent } from '#domain/codec.ts'
import { clockStream } from '#domain/streams.ts'
import { eventIdOf } from '#domain/values/ids.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { NewId } from '../ids.ts'
import { within } from '../timers.ts'

export type ClockTicksPorts = {
  readonly client: EventStoreDBClient
  readonly log: EventLog
  readonly newId: NewId
  /** The actor in the metadata. */
  readonly actor: string
}

/** `beaten`: somebody else ticked at the same moment, which serves as well. */
export type Tick = (at: Instant) => Promise<'ticked' | 'beaten'>

/** A log that is silent for longer is asked anew: the client itself has no timer. */
const answerMillisecondsMax = 5_000

const lastRevision = async (client: EventStoreDBClient): Promise<number> => {
  let revision = -1
  try {
    const latest = client.readStream(clockStream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 })
    // Read to its end: a read that is left early keeps the client from being disposed.
    for await (const { event } of latest) if (event) revision = Number(event.revision)
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error
  }
  return revision
}

/** Appends heartbeats of the log. The last revision is remembered, so that the next beat costs one append. */
export const createClockTicks = ({ client, log, newId, actor }: ClockTicksPorts): Tick => {
  let known: number | undefined

  const tick = async (at: Instant): Promise<'ticked' | 'beaten'> => {
    const expected = known ?? (await lastRevision(client))
    known = undefined
    const commandId = newId()
    const { storedType, data, json } = encodeEvent({ type: 'ClockTicked', data: { at, commandId } })
    const metadata = { $correlationId: commandId, $causationId: commandId, actor }
    const event = { id: eventIdOf([commandId], 0, json), storedType, data, metadata }
    const result = await log.append(clockStream, expected, [event])
    if (result.outcome === 'refused') throw new Error(`the event store refuses a tick: ${result.message}`)
    if (result.outcome === 'conflict') return 'beaten'
    known = expected + 1
    return 'ticked'
  }

  return (at) => within(answerMillisecondsMax, 'the event store', tick(at))
}
