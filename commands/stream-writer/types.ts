import type { Decision } from '#domain/decision.ts'
import type { DomainEvent } from '#domain/events.ts'
import type { Fold } from '#domain/fold.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { EventLog, LogTime, Randomness, Snapshots, Timers } from '../ports.ts'

export type { Fold } from '#domain/fold.ts'

/** What a stream writer knows about a category of streams: how to fold and how to decide. */
export type StreamRules<State, Command, Event extends DomainEvent, Answer, Refusal> = {
  readonly stateVersion: number
  readonly createFold: () => Fold<State, Event>
  /** The fold from a snapshot of `stateVersion`; undefined if the snapshot cannot be read. */
  readonly restoreFold?: (snapshot: unknown) => Fold<State, Event> | undefined
  readonly decide: (command: Command, state: State, at: Instant) => Decision<Event, Answer, Refusal>
  readonly isEvent: (event: DomainEvent) => event is Event
  /** Events that are merged into as few as possible at the end of a write. */
  readonly merging?: {
    readonly applies: (event: Event) => boolean
    readonly merge: (events: readonly Event[], state: State) => readonly Event[]
  }
}

/** Becomes the metadata of the events that follow from a command. */
export type CommandContext = {
  /** The id of the order or reservation, or else the correlation id of the caller, or the id of the command. */
  readonly correlationId: string
  readonly causationId: string
  readonly actor: string
  readonly traceparent?: string
  readonly occurredAt?: Instant
}

export type Result<Answer, Refusal> =
  | { readonly outcome: 'accepted'; readonly answer: Answer }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }

/**
 * The answer of a writer to commands on one stream: a result for each, the state right after them (a state that is folded
 * in place is valid only until the next turn of the event loop), and the position that a reader must reach to see it.
 */
export type Submitted<State, Answer, Refusal> = {
  readonly results: ReadonlyArray<Result<Answer, Refusal>>
  readonly state: State
  readonly revision: number
  readonly position: bigint
  readonly at: Instant
  /** The revision of the first event that these commands appended; null if they appended none. */
  readonly appendedFrom: number | null
}

export type Identified = { readonly commandId: string }

export type WriterPorts = {
  readonly log: EventLog
  readonly logTime: LogTime
  readonly timers: Timers
  readonly random: Randomness
  readonly snapshots?: Snapshots
  /** Logs a bug or an outage in one line. Never personal data. */
  readonly warn: (line: string) => void
  /** Logs in one line what a person has to look at. `warn` if it is not given. */
  readonly alarm?: (line: string) => void
}

export type WriterBounds = {
  /** The largest number of commands in one write. */
  readonly commandsMax: number
  /** A write takes no further request once its events have this many bytes (see `bytesOf` in draft-write.ts). */
  readonly bytesMax: number
  /** The most bytes of events in one append. Only a single request may exceed it, and is refused by the event store then. */
  readonly appendBytesMax: number
  /** The largest number of commands waiting for one stream. Further callers are rejected as `overloaded`. */
  readonly queueMax: number
  /** The largest number of streams whose state is kept in memory. */
  readonly streamsMax: number
  /** How long a caller waits for its answer. */
  readonly callerMilliseconds: number
  /** How long an append may stay unanswered before the same bytes are sent again. */
  readonly appendMilliseconds: number
  /** How long the events of a rival that was first may stay unreadable. Then the commands are decided again without them. */
  readonly visibleMilliseconds: number
  /** The longest random wait after lost races. */
  readonly backoffMillisecondsMax: number
}

export const writerBounds: WriterBounds = {
  commandsMax: 500,
  bytesMax: 768 * 1024,
  // Event stores take 1 MiB. The rest is a margin for what the estimate leaves out.
  appendBytesMax: 960 * 1024,
  queueMax: 20_000,
  streamsMax: 20_000,
  callerMilliseconds: 2_000,
  appendMilliseconds: 5_000,
  visibleMilliseconds: 1_000,
  backoffMillisecondsMax: 100,
}
