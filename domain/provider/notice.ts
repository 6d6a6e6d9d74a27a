import { assert, unreachable } from '../assert.ts'
import { accepted, type Decision, refused } from '../decision.ts'
import type { Instant } from '../values/instant.ts'
import type { ProviderEvent } from './events.ts'

// A notice of the provider whose order is not known: kept once, and applied once its order is there. The object that it is
// about is read again each time, so nothing of what it says is kept.

type Received = Extract<ProviderEvent, { readonly type: 'ProviderEventReceived' }>['data']

export type NoticeState =
  | { readonly status: 'none' }
  | { readonly status: 'pending'; readonly receivedAt: Instant }
  | { readonly status: 'applied' }

export type KeepNotice = { readonly type: 'KeepNotice' } & Readonly<Omit<Received, 'at'>>
export type ApplyNotice = { readonly type: 'ApplyNotice'; readonly commandId: string }
export type NoticeCommand = KeepNotice | ApplyNotice
export type NoticeRefusal = { readonly code: 'not_found' }

/** A notice that waits for its order for so long asks for a person. */
export const noticeAttentionMilliseconds = 3_600_000

export const initialNotice = (): NoticeState => ({ status: 'none' })

export const evolveNotice = (state: NoticeState, event: ProviderEvent): NoticeState => {
  switch (event.type) {
    case 'ProviderEventReceived':
      assert(state.status === 'none', 'A notice is received twice')
      return { status: 'pending', receivedAt: event.data.at }
    case 'ProviderEventApplied':
      assert(state.status === 'pending', `A notice is applied that is ${state.status}`)
      return { status: 'applied' }
    default:
      return unreachable(event)
  }
}

/** Both are idempotent: the same notice told again, or applied by two at once, says nothing. */
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
