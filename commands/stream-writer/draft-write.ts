import { encodeEvent } from '#domain/codec.ts'
import type { DomainEvent, EventMetadata } from '#domain/events.ts'
import { eventIdOf } from '#domain/values/ids.ts'
import type { Instant } from '#domain/values/instant.ts'
import type { EventToAppend } from '../ports.ts'
import type { CommandContext, Fold, Identified, Result, StreamRules, WriterBounds } from './types.ts'
import type { WriteRequest } from './write-request.ts'

// One write: the commands waiting for one stream are decided one after the other on the running fold, and their events are
// appended together. Each command has its own mark in the fold: if it throws, it is rolled back and fails alone.

type Decided<State, Command, Answer, Refusal> = {
  readonly request: WriteRequest<State, Command, Answer, Refusal>
  readonly results: ReadonlyArray<Result<Answer, Refusal>>
  readonly appendedFrom: number | null
}

export type Draft<State, Command, Answer, Refusal> = {
  readonly at: Instant
  readonly events: readonly EventToAppend[]
  readonly decided: ReadonlyArray<Decided<State, Command, Answer, Refusal>>
  readonly failed: ReadonlyArray<{
    readonly request: WriteRequest<State, Command, Answer, Refusal>
    readonly error: unknown
  }>
}

const metadataOf = (context: CommandContext): EventMetadata => ({
  $correlationId: context.correlationId,
  $causationId: context.causationId,
  actor: context.actor,
  ...(context.traceparent === undefined ? {} : { traceparent: context.traceparent }),
  ...(context.occurredAt === undefined ? {} : { occurredAt: context.occurredAt }),
})

type Part<Event> = {
  readonly appends: readonly EventToAppend[]
  readonly merged: readonly Event[]
  readonly bytes: number
}

/** Enough for the fixed parts of the metadata and for what a merged event adds to the one that holds it. */
const metadataFrameBytes = 120
const mergedEventBytes = 300

const metadataBytesOf = ({ correlationId, causationId, actor, traceparent = '' }: CommandContext): number =>
  metadataFrameBytes + correlationId.length + causationId.length + Buffer.byteLength(actor) + traceparent.length

/** The bytes of an event as newer event stores count them: its data, its metadata, and its type in UTF-16. */
const bytesOf = (json: string, storedType: string, metadataBytes: number): number =>
  Buffer.byteLength(json) + metadataBytes + 2 * storedType.length

/** Folds and encodes the events of one command. Events to be merged are folded now and encoded at the end of the write. */
const takeIn = <State, Command extends Identified, Event extends DomainEvent, Answer, Refusal>(
  rules: StreamRules<State, Command, Event, Answer, Refusal>,
  fold: Fold<State, Event>,
  command: Command,
  metadata: EventMetadata,
  metadataBytes: number,
  events: readonly Event[],
  revision: number,
): Part<Event> => {
  const appends: EventToAppend[] = []
  const merged: Event[] = []
  let bytes = 0
  for (const [index, event] of events.entries()) {
    fold.apply(event, revision + appends.length)
    if (rules.merging?.applies(event)) {
      merged.push(event)
      bytes += mergedEventBytes
      continue
    }
    const { storedType, data, json } = encodeEvent(event)
    appends.push({ id: eventIdOf([command.commandId], index, json), storedType, data, metadata })
    bytes += bytesOf(json, storedType, metadataBytes)
  }
  return { appends, merged, bytes }
}

type DraftedRequest<Event, Answer, Refusal> = Part<Event> & { readonly results: ReadonlyArray<Result<Answer, Refusal>> }

const draftRequest = <State, Command extends Identified, Event extends DomainEvent, Answer, Refusal>(
  rules: StreamRules<State, Command, Event, Answer, Refusal>,
  fold: Fold<State, Event>,
  request: WriteRequest<State, Command, Answer, Refusal>,
  revision: number,
  at: Instant,
): DraftedRequest<Event, Answer, Refusal> => {
  const metadata = metadataOf(request.context)
  const metadataBytes = metadataBytesOf(request.context)
  const appends: EventToAppend[] = []
  const merged: Event[] = []
  const results: Result<Answer, Refusal>[] = []
  const mark = fold.mark()
  let bytes = 0
  for (const command of request.commands) {
    const decision = rules.decide(command, fold.state(), at)
    if (decision.outcome === 'refused' && request.atomic) {
      fold.rollBack(mark)
      return { appends: [], merged: [], bytes: 0, results: [{ outcome: 'refused', refusal: decision.refusal }] }
    }
    const part = takeIn(rules, fold, command, metadata, metadataBytes, decision.events, revision + appends.length)
    appends.push(...part.appends)
    merged.push(...part.merged)
    bytes += part.bytes
    results.push(
      decision.outcome === 'accepted'
        ? { outcome: 'accepted', answer: decision.answer }
        : { outcome: 'refused', refusal: decision.refusal },
    )
  }
  return { appends, merged, bytes, results }
}

/**
 * Decides as many waiting requests as fit into one write. Afterwards the fold has the state after the write: the caller
 * settles it when the append is in the log, or rolls it back if it is not.
 */
export const draftWrite = <State, Command extends Identified, Event extends DomainEvent, Answer, Refusal>(
  rules: StreamRules<State, Command, Event, Answer, Refusal>,
  fold: Fold<State, Event>,
  waiting: Iterable<WriteRequest<State, Command, Answer, Refusal>>,
  options: { readonly nextRevision: number; readonly at: Instant; readonly bounds: WriterBounds },
): Draft<State, Command, Answer, Refusal> => {
  const { nextRevision, at, bounds } = options
  const events: EventToAppend[] = []
  const merged: Event[] = []
  const mergedCommandIds: string[] = []
  const decided: Decided<State, Command, Answer, Refusal>[] = []
  const failed: { request: WriteRequest<State, Command, Answer, Refusal>; error: unknown }[] = []
  let mergedContext: CommandContext | undefined
  let bytes = 0
  let commands = 0
  for (const request of waiting) {
    const full = commands + request.commands.length > bounds.commandsMax || bytes >= bounds.bytesMax
    if (full && commands > 0) break
    const mark = fold.mark()
    try {
      const part = draftRequest(rules, fold, request, nextRevision + events.length, at)
      if (bytes > 0 && bytes + part.bytes > bounds.appendBytesMax) {
        fold.rollBack(mark)
        break
      }
      const appendedFrom = part.appends.length > 0 ? nextRevision + events.length : null
      events.push(...part.appends)
      if (part.merged.length > 0) {
        merged.push(...part.merged)
        mergedCommandIds.push(...request.commands.map((command) => command.commandId))
        mergedContext ??= request.context
      }
      bytes += part.bytes
      commands += request.commands.length
      decided.push({ request, results: part.results, appendedFrom })
    } catch (error) {
      fold.rollBack(mark)
      failed.push({ request, error })
    }
  }
  if (rules.merging && mergedContext) {
    const metadata = metadataOf(mergedContext)
    for (const [index, event] of rules.merging.merge(merged, fold.state()).entries()) {
      const { storedType, data, json } = encodeEvent(event)
      events.push({ id: eventIdOf(mergedCommandIds, index, json), storedType, data, metadata })
    }
  }
  return { at, events, decided, failed }
}
