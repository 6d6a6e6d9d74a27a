import type { NoticeKind } from '#domain/provider/events.ts'
import type { Table } from '../ports.ts'

/** A webhook of a provider that is kept because its order was not known. */
export type NoticeRow = {
  readonly provider: string
  readonly provider_event_id: string
  readonly event_type: string
  readonly provider_object_id: string
  /** Null if its event was stored before it had this field. */
  readonly kind: NoticeKind | null
  readonly received_at: number
  /** Null while it waits. */
  readonly applied_at: number | null
}

export const noticeTable: Table<NoticeRow> = {
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
