import type { NoticeKind } from '#domain/provider/events.ts'
import type { Table } from '../ports.ts'

/** A webhook of the provider that was kept because its order was not known. */
export type KeptNotice = {
  readonly provider: string
  readonly provider_event_id: string
  readonly event_type: string
  readonly provider_object_id: string
  /** Null where its event was stored before it said so. */
  readonly kind: NoticeKind | null
  readonly received_at: number
  /** Null as long as it waits. */
  readonly applied_at: number | null
}

export const noticeTable: Table<KeptNotice> = {
  name: 'notices',
  relation: 'notices',
  positionColumn: 'position',
  key: ['provider_event_id'],
  columns: {
    provider: 'text',
    provider_event_id: 'text',
    event_type: 'text',
    provider_object_id: 'text',
    kind: 'text',
    received_at: 'bigint',
    applied_at: 'bigint',
  },
}
