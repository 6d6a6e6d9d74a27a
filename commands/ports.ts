import type { DomainEvent, EventMetadata, RecordedEvent } from '#domain/events.ts'
import type { Instant } from '#domain/values/instant.ts'

// The ports of the use cases. `platform/` has the real adapters; the simulator has its own.

export type EventToAppend = {
  readonly id: string
  readonly storedType: string
  readonly data: DomainEvent['data']
  readonly metadata: EventMetadata
}

/** The revision that a stream must have for an append; -1 if the stream must not exist. */
type ExpectedRevision = number

/** Every other failure of an append leaves its outcome unknown. */
export type AppendRefusal = 'too_large' | 'access_denied' | 'stream_deleted' | 'invalid'

export type AppendResult =
  | { readonly outcome: 'appended'; readonly position: bigint }
  /**
   * Another writer was first: nothing was written, and nothing will be at this revision. `current` is the last revision of
   * the stream, -1 if it does not exist. The events up to it may become readable only a moment later.
   */
  | { readonly outcome: 'conflict'; readonly current: number }
  /** The event store will never take this append: nothing was written, and the same append again is refused again. */
  | { readonly outcome: 'refused'; readonly reason: AppendRefusal; readonly message: string }

export type EventLog = {
  /**
   * Appends all events or none, durably. After a rejection the outcome is unknown: appending the same bytes at the same
   * expected revision again finds it out.
   */
  readonly append: (
    stream: string,
    expected: ExpectedRevision,
    events: readonly EventToAppend[],
  ) => Promise<AppendResult>
  /**
   * All events of a stream from a revision on, in pages; none if the stream does not exist. Rejects on damage. Whatever was
   * acknowledged before the read began is read.
   */
  readonly read: (stream: string, fromRevision: number) => AsyncIterable<readonly RecordedEvent[]>
}

/** Log time: see `commands/log-time.ts`. Undefined before the first live delivery. */
export type LogTime = { readonly now: () => Instant | undefined }

export type Timers = {
  /** Runs `run` once after this time. The returned function cancels it. */
  readonly after: (milliseconds: number, run: () => void) => () => void
  /** Runs `run` after the input of the current turn of the event loop was handled. */
  readonly soon: (run: () => void) => void
  /** A monotonic clock in milliseconds. */
  readonly monotonic: () => number
}

/** A random number from 0 (inclusive) to 1 (exclusive), to spread waits. */
export type Randomness = () => number

/** Stored states of long streams, so that these do not have to be read from their start. A snapshot may be absent. */
export type Snapshots = {
  readonly load: (
    stream: string,
    stateVersion: number,
  ) => Promise<{ readonly revision: number; readonly position: bigint; readonly state: unknown } | undefined>
}
