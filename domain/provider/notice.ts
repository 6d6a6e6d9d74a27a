import { assert, unreachable } from '../assert.ts'
import { accepted, type Decision, refused } from '../decision.ts'
import type { Instant } from '../values/instant.ts'
import type { ProviderEvent } from './events.ts'

// A notice of a provider whose order is not known. It is kept once, and applied as soon as its order exists. The object that
// it is about is read again on each attempt, so the notice's content is not kept.

type Received = Extract<ProviderEvent, { readonly type: 'ProviderEventReceived' }>['data']

export type NoticeState =
  | { readonly status: 'none' }
  | { readonly status: 'pending'; readonly receivedAt: Instant }
  | { readonly status: 'applied' }

type KeepNotice = { readonly type: 'KeepNotice' } & Readonly<Omit<Received, 'at'>>
type ApplyNotice = { readonly type: 'ApplyNotice'; readonly commandId: string }
export type NoticeCommand = KeepNotice | ApplyNotice
export type NoticeRefusal = { readonly code: 'not_found' }

/** A notice that has waited this long for its order is listed with the orders that need attention. */
export const noticeAttentionMilliseconds = 3_600_000

export const initialNotice = (): NoticeState => ({ status: 'none' })

export const evolveNotice = (state: NoticeState, event: ProviderEvent): NoticeState => {
  switch (event.type) {
    case 'ProviderEventReceived':
      assert(state.status === 'none', 'A notice is received twice')
      return { status: 'pending', receivedAt: event.data.at }
    case 'ProviderEventApplied':
      assert(state.status === 'pending', `A notice is applied in status ${state.status}`)
      return { status: 'applied' }
    default:
      return unreachable(event)
  }
}

/** Both commands are idempotent: a notice received again, or applied by two processes at once, gives no event. */
export const decideNotice = (
  command: NoticeCommand,
  state: NoticeState,
  at: Instant,
): Decision<ProviderEvent, null, NoticeRefusal> => {
  switch (command.type) {
    case 'KeepNotice': {
      const { type: _, ...received } = command
      return accepted(
        state.status === 'none' ? [{ type: 'ProviderEventReceived', data: { ...received, at } }] : [],
        null,
      )
    }
    case 'ApplyNotice': {
      if (state.status === 'none') return refused({ code: 'not_found' })
      const { commandId } = command
      return accepted(
        state.status === 'pending' ? [{ type: 'ProviderEventApplied', data: { at, commandId } }] : [],
        null,
      )
    }
    default:
      return unreachable(command)
  }
}
