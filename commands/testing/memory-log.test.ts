import { describe } from 'vitest'
import { describeEventLog } from './event-log-contract.ts'
import { createMemoryLog } from './memory-log.ts'

describe('the event log in memory', () => {
  describeEventLog(async () => {
    let now = 1_800_000_000_000
    const log = createMemoryLog(() => now++)
    return { log, appendForeign: async (stream, storedType, data) => log.appendForeign(stream, storedType, data) }
  })
})
