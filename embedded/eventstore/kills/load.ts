// Writers that append to a stream each until the node is gone: by turns with Append and BatchAppend, one event or several.
import { randomUUID } from 'node:crypto'
import { type EventStoreDBClient, type JSONEventType, jsonEvent } from '@eventstore/db-client'
import { z } from 'zod'
import type { Acknowledgements } from './acknowledgements.ts'

const eventsMax = 7
const fillingMax = 6_000
/** The client sends an append that names credentials by Append, any other by BatchAppend; the node has no users. */
const byAppend = { credentials: { username: 'driver', password: 'driver' } }

/** Tells to which append an event belongs, and which of how many it is. */
export const partSchema = z.object({ append: z.string(), part: z.int(), parts: z.int(), filling: z.string() })

export type Part = JSONEventType<'Written', z.infer<typeof partSchema>>

export type Writer = {
  readonly client: EventStoreDBClient
  readonly acknowledgements: Acknowledgements
  readonly onAcknowledged: () => void
}

/** Resolves when an append fails: whether it was written is not known then. `revision` is the stream's last, -1 for none. */
export const writeUntilItFails = async (stream: string, revision: number, writer: Writer): Promise<void> => {
  let last = revision
  for (let number = 0; ; number += 1) {
    const events = appendOf(1 + (number % eventsMax))
    try {
      const { position } = await writer.client.appendToStream(stream, events, {
        expectedRevision: last < 0 ? 'no_stream' : BigInt(last),
        ...(number % 2 === 0 ? byAppend : {}),
      })
      const ids = events.map(({ id }) => id)
      await writer.acknowledgements.add({ stream, revision: last + 1, ids, position: String(position?.commit) })
    } catch {
      return
    }
    last += events.length
    writer.onAcknowledged()
  }
}

const appendOf = (parts: number) => {
  const append = randomUUID()
  return Array.from({ length: parts }, (_, part) => {
    const filling = 'x'.repeat(Math.floor(Math.random() * fillingMax))
    return jsonEvent<Part>({ id: randomUUID(), type: 'Written', data: { append, part, parts, filling } })
  })
}
