// The adapter over gRPC, through the official client, on a real node: in memory and on disk.
import { jsonEvent } from '@eventstore/db-client'
import { describe } from 'vitest'
import { describeEventLog } from '#commands/testing/event-log-contract.ts'
import { clientOf, givenFolder, givenNode } from '#embedded/eventstore/testing/fixture.ts'
import { createEventLog } from './event-log.ts'

const open = async (dataDir: string | 'memory') => {
  const client = clientOf(await givenNode(dataDir))
  return {
    log: createEventLog(client),
    appendForeign: async (stream: string, type: string, data: object) =>
      void (await client.appendToStream(stream, jsonEvent({ type, data: { ...data } }))),
  }
}

describe('the event log on a node that keeps it in memory', () => describeEventLog(() => open('memory')))
describe('the event log on a node that keeps it on disk', () => describeEventLog(() => open(givenFolder())))
