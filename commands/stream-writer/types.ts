import type { Decision } from '#domain/decision.ts'
import type { DomainEvent } from '#domain/events.ts'
import type { Fold } from '#domain/fold.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { EventLog, LogTime, Randomness, Snapshots, Timers } from '../ports.ts'

export type { Fold } from '#domain/fold.ts'

/** What a stream writer knows of one category: how to fold and how to decide. */
export type StreamRules<State, Command, Event extends DomainEvent, Answer, Refusal> = {
  readonly stateVersion: number
  readonly createFold: () => Fold<State, Event>
  /** The fold that a snapshot of `stateVersion` holds; undefined where it is not readable. */
  readonly restoreFold?: (snapshot: unknown) => Fold<State, Event> | undefined
  readonly decide: (command: Command, state: State, at: Instant) => Decision<Event, Answer, Refusal>
  readonly isEvent: (event: DomainEvent) => event is Event
  /** Events that a write gathers at its end, merged into as few as they fit in. */
  readonly merging?: {
    readonly applies: (event: Event) => boolean
    readonly merge: (events: readonly Event[], state: State) => readonly Event[]
  }
}

/** Travels into the metadata of the events that a command leads to. */
export type CommandContext = {
  /** Of the order or reservation, or else of the caller or the command. */
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
 * What a writer answers to commands on one stream: a result for each, the state right after them (a state that is folded
 * in place is good only until the next turn of the loop), and the position that a reader must reach to see it all.
 */
export type Submitted<State, Answer, Refusal> = {
  readonly results: ReadonlyArray<Result<Answer, Refusal>>
  readonly state: State
  readonly revision: number
  readonly position: bigint
  readonly at: Instant
  /** The revision of the first event that these commands themselves appended; null where they appended none. */
  readonly appendedFrom: number | null
}

export type Identified = { readonly commandId: string }

export type WriterPorts = {
  readonly log: EventLog
  readonly logTime: LogTime
  readonly timers: Timers
  readonly random: Randomness
  readonly snapshots?: Snapshots
  /** Something that is a bug or an outage, in one line; never personal data. */
  readonly warn: (line: string) => void
}

export type WriterBounds = {
  /** Commands in one write. */
  readonly commandsMax: number
  /** Bytes of event data in one write; a single command may exceed it alone. */
  readonly bytesMax: number
  /** Commands waiting for one stream; past it callers are turned away. */
  readonly queueMax: number
  /** Streams whose state is kept in memory. */
  readonly streamsMax: number
  /** How long a caller waits for its answer. */
  readonly callerMilliseconds: number
  /** How long an append may stay unanswered before the same bytes are sent again. */
  readonly appendMilliseconds: number
  /** The longest random wait after a lost race. */
  readonly backoffMillisecondsMax: number
}

export const writerBounds: WriterBounds = {
  commandsMax: 500,
  bytesMax: 512 * 1024,
  queueMax: 20_000,
  streamsMax: 20_000,
  callerMilliseconds: 2_000,
  appendMilliseconds: 5_000,
  backoffMillisecondsMax: 100,
}
