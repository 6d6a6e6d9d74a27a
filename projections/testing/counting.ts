import { assert } from '#domain/assert.ts'
import type { LogBatch, LogEntry, Projection } from '../ports.ts'
import { createProjector } from '../projector.ts'
import { put, rowKey } from '../rows.ts'
import { levels, recorded } from './events.ts'
import { createMemoryStore } from './memory-store.ts'

type Counted = { readonly stream: string; readonly units: number }
export const countTable = {
  name: 'counts',
  relation: 'counts',
  positionColumn: 'position',
  key: ['stream'],
  columns: { stream: 'text', units: 'bigint' },
} as const

/** A projection that adds instead of assigning, so that an event applied twice shows. It throws on a quantity of 13. */
export const counting: Projection = {
  name: 'counting',
  tables: [countTable],
  on: {
    stock: {
      keysOf: ({ stream }) => [rowKey(countTable, stream)],
      apply: (event, rows) => {
        if (event.type !== 'StockReceived') return []
        assert(event.data.quantity !== 13, 'thirteen')
        const units = rows.get<Counted>(countTable, [event.stream])?.units ?? 0
        return [put<Counted>(countTable, { stream: event.stream, units: units + event.data.quantity })]
      },
    },
  },
}

export const received = (stream: string, revision: number, position: number, quantity = 1): LogEntry =>
  recorded({ stream: `stock-${stream}`, revision, position: BigInt(position) }, 'StockReceived', {
    quantity,
    ...levels(100),
  })
export const tick = (position: number): LogEntry =>
  recorded({ stream: 'clock-main', revision: position, position: BigInt(position) }, 'ClockTicked', {})
export const batch = (...entries: readonly LogEntry[]): LogBatch => ({ entries, position: undefined })

/** A projector on a store in memory, with a clock that only `later` advances. */
export const given = (projections: readonly Projection[] = [counting]) => {
  const store = createMemoryStore()
  let milliseconds = 0
  const now = () => milliseconds
  const later = (by: number) => {
    milliseconds += by
  }
  return { store, later, projector: createProjector({ projections, store, now }), now }
}
