import type { DomainEvent, EventMetadata, RecordedEvent } from '#domain/events.ts'
import type { Instant } from '#domain/values/instant.ts'

// What the use cases need from the world. `platform/` has the real adapters; a simulator has others.

export type EventToAppend = {
  readonly id: string
  readonly storedType: string
  readonly data: DomainEvent['data']
  readonly metadata: EventMetadata
}

/** The revision that a stream must have for an append; -1 for a stream that does not exist yet. `any` is never used. */
export type ExpectedRevision = number

export type AppendResult =
  | { readonly outcome: 'appended'; readonly position: bigint }
  /** Another writer was there first: nothing was written, and never will be at this revision. */
  | { readonly outcome: 'conflict' }

export type EventLog = {
  /**
   * Appends all events or none, durably. A rejection means that the fate is unknown: the same bytes at the same expected
   * revision, appended again, find it out.
   */
  readonly append: (
    stream: string,
    expected: ExpectedRevision,
    events: readonly EventToAppend[],
  ) => Promise<AppendResult>
  /** Every event of a stream from a revision on, in pages; nothing where the stream does not exist. Rejects on damage. */
  readonly read: (stream: string, fromRevision: number) => AsyncIterable<readonly RecordedEvent[]>
}

/** Log time: see `commands/log-time.ts`. Undefined as long as nothing live was seen. */
export type LogTime = { readonly now: () => Instant | undefined }

export type Timers = {
  /** Runs once after so many milliseconds; the answer cancels it. */
  readonly after: (milliseconds: number, run: () => void) => () => void
  /** Runs once what arrived in this turn has been taken in. */
  readonly soon: (run: () => void) => void
  /** Milliseconds of a clock that never jumps. */
  readonly monotonic: () => number
}

/** A number from 0 (inclusive) to 1 (exclusive), to spread waits. */
export type Randomness = () => number

/** A folded state kept aside, so that a long stream need not be read from its start. Only a hint: it may be absent. */
export type Snapshots = {
  readonly load: (
    stream: string,
    stateVersion: number,
  ) => Promise<{ readonly revision: number; readonly position: bigint; readonly state: unknown } | undefined>
}
