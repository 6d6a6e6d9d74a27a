import { assert, unreachable } from '#domain/assert.ts'
import type { RecordedEvent } from '#domain/events.ts'
import type { ProviderEvent } from '#domain/provider/events.ts'
import { streamKeyOf } from '#domain/streams.ts'
import type { Projection, Rows, RowWrite } from '../ports.ts'
import { put, rowKey } from '../rows.ts'
import { noticeTable } from './table.ts'

const applyProvider = (event: RecordedEvent<ProviderEvent>, rows: Rows): readonly RowWrite[] => {
  switch (event.type) {
    case 'ProviderEventReceived': {
      const { provider, providerEventId, eventType, providerObjectId, kind, at } = event.data
      return [
        put(noticeTable, {
          provider,
          provider_event_id: providerEventId,
          event_type: eventType,
          provider_object_id: providerObjectId,
          kind: kind ?? null,
          received_at: at,
          applied_at: null,
        }),
      ]
    }
    case 'ProviderEventApplied': {
      const kept = rows.get(noticeTable, [streamKeyOf(event.stream)])
      assert(kept !== undefined, `${event.stream} was applied and never received`)
      return [put(noticeTable, { ...kept, applied_at: event.data.at })]
    }
    default:
      return unreachable(event)
  }
}

export const noticesProjection: Projection = {
  name: 'notices',
  tables: [noticeTable],
  on: {
    provider: {
      keysOf: ({ stream }) => [rowKey(noticeTable, streamKeyOf(stream))],
      apply: applyProvider,
    },
  },
}
