import { AssertionError } from '#domain/assert.ts'
import { asError, errorText } from '#domain/error-text.ts'
import type { DomainEvent } from '#domain/events.ts'
import type { AppendResult, EventToAppend } from '../ports.ts'
import { type Draft, draftWrite } from './draft-write.ts'
import { NoAnswer } from './errors.ts'
import type { Fold, Identified, StreamRules, WriterBounds, WriterPorts } from './types.ts'
import type { WriteRequest } from './write-request.ts'

// The serial queue of one stream in this process. One write is under way at a time; requests that arrive meanwhile are
// decided together in the next one. The state in memory is trusted only after the log confirms it: by an append at the
// expected revision or, if nothing is to be appended, by reading the rest of the stream.

/** What this process keeps for one stream. Only the functions of `StreamQueues` change it. */
export type StreamQueue<State, Command, Event, Answer, Refusal> = {
  readonly stream: string
  requests: Array<WriteRequest<State, Command, Answer, Refusal>>
  /** The requests in the write under way, whose outcome is not known yet. */
  writing: ReadonlySet<WriteRequest<State, Command, Answer, Refusal>>
  /** The append under way. Its deadline is checked by `expire`, because a timer for each append would cost too much. */
  appending: { readonly deadline: number; readonly giveUp: () => void } | undefined
  fold: Fold<State, Event> | undefined
  revision: number
  position: bigint
  isRunning: boolean
  /** The state that the log confirmed last, without the write under way. */
  confirmed: State | undefined
  isSnapshotBelieved: boolean
  /** The largest number of commands in the next write: fewer after the event store refused a write as too large. */
  commandsMax: number
}

/** The functions over queues, made once for a writer, because it has many thousands of queues. */
export type StreamQueues<Queue, Waiting> = {
  readonly open: (stream: string) => Queue
  readonly push: (queue: Queue, request: Waiting) => void
  /** Rejects callers whose time is up, and lets an append without an answer be sent again. Has to be called regularly. */
  readonly expire: (queue: Queue, now: number) => void
}

const retryMilliseconds = 250

/** The longest pause between two reads for events that are not readable yet. */
const visiblePauseMax = 32

const nothing: ReadonlySet<never> = new Set()

export const createStreamQueues = <State, Command extends Identified, Event extends DomainEvent, Answer, Refusal>(
  rules: StreamRules<State, Command, Event, Answer, Refusal>,
  ports: WriterPorts,
  bounds: WriterBounds,
): StreamQueues<StreamQueue<State, Command, Event, Answer, Refusal>, WriteRequest<State, Command, Answer, Refusal>> => {
  type Waiting = WriteRequest<State, Command, Answer, Refusal>
  type Queue = StreamQueue<State, Command, Event, Answer, Refusal>

  const wait = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      ports.timers.after(milliseconds, resolve)
    })

  const snapshotOf = async ({ stream, isSnapshotBelieved }: Queue) => {
    try {
      return isSnapshotBelieved ? await ports.snapshots?.load(stream, rules.stateVersion) : undefined
    } catch (error) {
      ports.warn(`no snapshot of ${stream} (${errorText(error)}): it is read whole`)
      return undefined
    }
  }

  const load = async (queue: Queue): Promise<Fold<State, Event>> => {
    const snapshot = await snapshotOf(queue)
    const restored = snapshot && rules.restoreFold?.(snapshot.state)
    queue.revision = restored ? snapshot.revision : -1
    queue.position = restored ? snapshot.position : 0n
    const loaded = restored ?? rules.createFold()
    await readOn(queue, loaded)
    return loaded
  }

  const presumedNew = (queue: Queue): Fold<State, Event> => {
    queue.revision = -1
    queue.position = 0n
    return rules.createFold()
  }

  /** Folds the events after the last known revision. Answers whether there were any. */
  const readOn = async (queue: Queue, into: Fold<State, Event>): Promise<boolean> => {
    const { stream, revision: before } = queue
    for await (const page of ports.log.read(stream, before + 1)) {
      for (const event of page) {
        if (event.revision !== queue.revision + 1 || !rules.isEvent(event))
          throw new AssertionError(`${stream} has ${event.type} at revision ${event.revision} after ${queue.revision}`)
        into.apply(event, event.revision)
        queue.revision = event.revision
        queue.position = event.position
      }
      into.settle()
    }
    return queue.revision > before
  }

  /**
   * Reads on until the stream's last revision is there. An event store refuses rivals as soon as it has accepted a write, but
   * the events of that write can be read only after they are flushed, replicated and indexed, some milliseconds later.
   */
  const readUpTo = async (queue: Queue, into: Fold<State, Event>, last: number): Promise<void> => {
    if (last < queue.revision) {
      // The state is ahead of the log: the log was restored from a backup, and the snapshot is newer.
      queue.isSnapshotBelieved = false
      throw new AssertionError(`it ends at revision ${last}, before revision ${queue.revision} of its state`)
    }
    let waited = 0
    for (let pause = 1; ; pause = Math.min(2 * pause, visiblePauseMax)) {
      await readOn(queue, into)
      if (queue.revision >= last) return
      if (waited >= bounds.visibleMilliseconds) {
        ports.warn(`${queue.stream}: revision ${last} cannot be read yet, only up to ${queue.revision}`)
        return
      }
      await wait(pause)
      waited += pause
    }
  }

  /** Appends until the outcome is known. The official client has no timeout, so `expire` ends an append without an answer. */
  const appendUntilKnown = async (
    queue: Queue,
    events: readonly EventToAppend[],
  ): Promise<{ readonly result: AppendResult; readonly isRepetition: boolean }> => {
    for (let isRepetition = false; ; isRepetition = true) {
      const outcome = await new Promise<AppendResult | Error>((resolve) => {
        const deadline = ports.timers.monotonic() + bounds.appendMilliseconds
        queue.appending = { deadline, giveUp: () => resolve(new Error('no answer')) }
        ports.log.append(queue.stream, queue.revision, events).then(resolve, (error: unknown) => {
          resolve(asError(error))
        })
      })
      queue.appending = undefined
      if (!(outcome instanceof Error)) return { result: outcome, isRepetition }
      ports.warn(`append to ${queue.stream} has no answer (${outcome.message}): the same bytes are sent again`)
      await wait(retryMilliseconds)
    }
  }

  const leave = (queue: Queue, gone: ReadonlySet<Waiting>): void => {
    queue.requests = queue.requests.filter((request) => !gone.has(request))
  }

  const answer = (queue: Queue, draft: Draft<State, Command, Answer, Refusal>, state: State): void => {
    const { revision, position } = queue
    queue.confirmed = state
    for (const { request, error } of draft.failed) request.reject(asError(error))
    for (const { request, results, appendedFrom } of draft.decided)
      request.resolve({ results, state, revision, position, at: draft.at, appendedFrom })
    leave(queue, new Set([...draft.failed, ...draft.decided].map(({ request }) => request)))
  }

  const turnAway = (queue: Queue, requests: readonly Waiting[], errorFor: (request: Waiting) => NoAnswer): void => {
    leave(queue, new Set(requests))
    for (const request of requests) request.reject(errorFor(request))
  }

  /**
   * The event store refused the append for good. One that is too large is split; otherwise its commands fail. If it was sent
   * before without an answer, the refusal does not say what became of that.
   */
  const afterRefusal = (
    queue: Queue,
    { decided }: Draft<State, Command, Answer, Refusal>,
    { reason, message }: Extract<AppendResult, { readonly outcome: 'refused' }>,
    isRepetition: boolean,
  ): void => {
    if (reason === 'too_large' && decided.length > 1) {
      const commands = decided.reduce((sum, { request }) => sum + request.commands.length, 0)
      queue.commandsMax = Math.max(1, Math.floor(commands / 2))
      return
    }
    const alarm = ports.alarm ?? ports.warn
    alarm(`the event store refuses an append to ${queue.stream} (${reason}): ${message}`)
    if (isRepetition) queue.fold = undefined
    turnAway(
      queue,
      decided.map(({ request }) => request),
      () =>
        isRepetition
          ? new NoAnswer('outcome_unknown', 'the log has not answered yet: ask again with the same key')
          : new NoAnswer('unavailable', `the log refuses this (${reason}): nothing happened`),
    )
  }

  /** One write. False if another writer was first, or if the state was old: then all has to be decided again. */
  const write = async (queue: Queue, fold: Fold<State, Event>): Promise<boolean> => {
    const at = ports.logTime.now()
    if (at === undefined) {
      const unseen = () => new NoAnswer('unavailable', 'log time is not known yet: nothing was seen of the log')
      turnAway(queue, queue.requests, unseen)
      return true
    }
    const { commandsMax } = queue
    const limits = commandsMax < bounds.commandsMax ? { ...bounds, commandsMax } : bounds
    const draft = draftWrite(rules, fold, queue.requests, { nextRevision: queue.revision + 1, at, bounds: limits })
    if (draft.events.length === 0) {
      if (await readOn(queue, fold)) return false
      answer(queue, draft, fold.state())
      return true
    }
    queue.writing = new Set(draft.decided.map(({ request }) => request))
    const { result, isRepetition } = await appendUntilKnown(queue, draft.events)
    queue.writing = nothing
    if (result.outcome === 'refused') {
      fold.rollBack(0)
      afterRefusal(queue, draft, result, isRepetition)
      return true
    }
    queue.commandsMax = bounds.commandsMax
    if (result.outcome === 'conflict') {
      fold.rollBack(0)
      await readUpTo(queue, fold, result.current)
      return false
    }
    fold.settle()
    queue.revision += draft.events.length
    queue.position = result.position
    answer(queue, draft, fold.state())
    return true
  }

  const run = async (queue: Queue): Promise<void> => {
    let losses = 0
    while (queue.requests.length > 0) {
      try {
        queue.fold ??= queue.requests[0]?.presumeNew ? presumedNew(queue) : await load(queue)
        losses = (await write(queue, queue.fold)) ? 0 : losses + 1
        if (losses >= 2) await wait(ports.random() * Math.min(bounds.backoffMillisecondsMax, 2 ** losses))
      } catch (error) {
        // Whatever failed, the log still has the truth: the state in memory is thrown away and read again.
        queue.fold = undefined
        queue.confirmed = undefined
        queue.writing = nothing
        ports.warn(`${queue.stream} cannot be read: ${errorText(error)}`)
        await wait(retryMilliseconds)
      }
    }
    queue.isRunning = false
  }

  return {
    open: (stream) => ({
      stream,
      requests: [],
      writing: nothing,
      appending: undefined,
      fold: undefined,
      revision: -1,
      position: 0n,
      isRunning: false,
      confirmed: undefined,
      isSnapshotBelieved: true,
      commandsMax: bounds.commandsMax,
    }),
    push: (queue, request) => {
      queue.requests.push(request)
      if (queue.isRunning) return
      queue.isRunning = true
      ports.timers.soon(() => void run(queue))
    },
    expire: (queue, now) => {
      if (queue.appending !== undefined && queue.appending.deadline <= now) queue.appending.giveUp()
      // All callers of a writer have the same time limit, so the first one is the first to be late.
      const [first] = queue.requests
      if (first === undefined || first.deadline > now) return
      const late = queue.requests.filter((request) => request.deadline <= now)
      turnAway(queue, late, (request) =>
        queue.writing.has(request)
          ? new NoAnswer('outcome_unknown', 'the log has not answered yet: ask again with the same key')
          : new NoAnswer('unavailable', 'the log could not be asked in time: nothing happened'),
      )
    },
  }
}
