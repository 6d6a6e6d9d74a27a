import { describe, expect, test } from 'vitest'
import type { ProviderEvent } from './events.ts'
import { decideNotice, evolveNotice, initialNotice, type NoticeCommand, type NoticeState } from './notice.ts'

const noon = 1_800_000_000_000
const commandId = '00000000-0000-4000-8000-000000000001'
const webhook = {
  commandId,
  provider: 'acme',
  providerEventId: 'evt_1',
  providerObjectId: 'pi_1',
  eventType: 'x',
} as const
const keep: NoticeCommand = { type: 'KeepNotice', ...webhook }
const apply: NoticeCommand = { type: 'ApplyNotice', commandId }
const received: ProviderEvent = { type: 'ProviderEventReceived', data: { ...webhook, at: noon } }
const applied: ProviderEvent = { type: 'ProviderEventApplied', data: { commandId, at: noon } }

const given = (...events: readonly ProviderEvent[]) => ({
  when: (command: NoticeCommand) =>
    decideNotice(command, events.reduce<NoticeState>(evolveNotice, initialNotice()), noon),
})

describe('a notice', () => {
  test('is kept once, even after it was applied', () => {
    expect(given().when(keep).events).toEqual([received])
    expect(given(received).when(keep).events).toEqual([])
    expect(given(received, applied).when(keep).events).toEqual([])
  })

  test('is applied once', () => {
    expect(given(received).when(apply).events).toEqual([applied])
    expect(given(received, applied).when(apply).events).toEqual([])
  })

  test('that was never kept cannot be applied', () => {
    expect(given().when(apply)).toEqual({ outcome: 'refused', events: [], refusal: { code: 'not_found' } })
  })
})
