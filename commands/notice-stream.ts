import { immutableFold } from '#domain/fold.ts'
import { type ProviderEvent, providerEventSchemas } from '#domain/provider/events.ts'
import {
  decideNotice,
  evolveNotice,
  initialNotice,
  type NoticeCommand,
  type NoticeRefusal,
  type NoticeState,
} from '#domain/provider/notice.ts'
import type { StreamRules } from './stream-writer/types.ts'
import type { StreamWriter } from './stream-writer/writer.ts'

export type NoticeWriter = StreamWriter<NoticeState, NoticeCommand, null, NoticeRefusal>

/** The rules of the streams of kept notices. */
export const noticeRules: StreamRules<NoticeState, NoticeCommand, ProviderEvent, null, NoticeRefusal> = {
  stateVersion: 1,
  createFold: () => immutableFold(initialNotice(), evolveNotice),
  decide: decideNotice,
  isEvent: (event): event is ProviderEvent => Object.hasOwn(providerEventSchemas, event.type),
}
