import { AssertionError } from '#domain/assert.ts'
import type { DomainEvent } from '#domain/events.ts'
import type { AppendResult, EventToAppend } from '../ports.ts'
import { type Draft, draftWrite } from './draft-write.ts'
import { NoAnswer } from './errors.ts'
import type { Request } from './request.ts'
import type { Fold, Identified, StreamRules, WriterBounds, WriterPorts } from './types.ts'

// The serial queue of one stream in this process. One write is under way at a time; what arrives meanwhile is decided
// together in the next. The state in memory is trusted only as far as the log confirms it: an append at the expected
// revision proves it, and where a decision appends nothing, reading the rest of the stream does.

/** What this process keeps of one stream. Only the functions of `StreamQueues` change it. */
export type StreamQueue<State, Command, Event, Answer, Refusal> = {
  readonly stream: string
  requests: Array<Request<State, Command, Answer, Refusal>>
  /** In the write under way, whose fate is not known yet. */
  writing: ReadonlySet<Request<State, Command, Answer, Refusal>>
  /** The append under way; one timer each would cost more than many an append. */
  appending: { readonly deadline: number; readonly giveUp: () => void } | undefined
  fold: Fold<State, Event> | undefined
  revision: number
  position: bigint
  isRunning: boolean
  /** The state as the log last confirmed it; a draft under way is not in it. */
  confirmed: State | undefined
  isSnapshotBelieved: boolean
}

/** What is done with queues: made once for all queues of a writer, of which there are many thousands. */
export type StreamQueues<Queue, Waiting> = {
  readonly open: (stream: string) => Queue
  readonly push: (queue: Queue, request: Waiting) => void
  /** Turns away callers whose time is up, and sends an append again that has no answer. To be called now and then. */
  readonly expire: (queue: Queue, now: number) => void
}

const retryMilliseconds = 250

const nothing: ReadonlySet<never> = new Set()

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const createStreamQueues = <State, Command extends Identified, Event extends DomainEvent, Answer, Refusal>(
  rules: StreamRules<State, Command, Event, Answer, Refusal>,
  ports: WriterPorts,
  bounds: WriterBounds,
): StreamQueues<StreamQueue<State, Command, Event, Answer, Refusal>, Request<State, Command, Answer, Refusal>> => {
  type Waiting = Request<State, Command, Answer, Refusal>
  type Queue = StreamQueue<State, Command, Event, Answer, Refusal>

  const wait = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      ports.timers.after(milliseconds, resolve)
    })

  const snapshotOf = async ({ stream, isSnapshotBelieved }: Queue) => {
    try {
      return isSnapshotBelieved ? await ports.snapshots?.load(stream, rules.stateVersion) : undefined
    } catch (error) {
      ports.warn(`no snapshot of ${stream} (${messageOf(error)}): it is read whole`)
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

  /** Folds what the log has beyond the last known revision; answers whether there was anything. */
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

  /** Appends until the fate is known. The official client has no timer of its own, so `expire` ends its silence. */
  const appendUntilKnown = async (queue: Queue, events: readonly EventToAppend[]): Promise<AppendResult> => {
    for (;;) {
      const outcome = await new Promise<AppendResult | Error>((resolve) => {
        const deadline = ports.timers.monotonic() + bounds.appendMilliseconds
        queue.appending = { deadline, giveUp: () => resolve(new Error('no answer')) }
        ports.log.append(queue.stream, queue.revision, events).then(resolve, (error: unknown) => {
          resolve(error instanceof Error ? error : new Error(String(error)))
        })
      })
      queue.appending = undefined
      if (!(outcome instanceof Error)) return outcome
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
    for (const { request, error } of draft.failed)
      request.reject(error instanceof Error ? error : new Error(String(error)))
    for (const { request, results, appendedFrom } of draft.decided)
      request.resolve({ results, state, revision, position, at: draft.at, appendedFrom })
    leave(queue, new Set([...draft.failed, ...draft.decided].map(({ request }) => request)))
  }

  const turnAway = (queue: Queue, requests: readonly Waiting[], errorFor: (request: Waiting) => NoAnswer): void => {
    leave(queue, new Set(requests))
    for (const request of requests) request.reject(errorFor(request))
  }

  /** One write. False where another writer was first, or the state proved old, and all has to be decided again. */
  const write = async (queue: Queue, fold: Fold<State, Event>): Promise<boolean> => {
    const at = ports.logTime.now()
    if (at === undefined) {
      const unseen = () => new NoAnswer('unavailable', 'log time is not known yet: nothing was seen of the log')
      turnAway(queue, queue.requests, unseen)
      return true
    }
    const draft = draftWrite(rules, fold, queue.requests, { nextRevision: queue.revision + 1, at, bounds })
    if (draft.events.length === 0) {
      if (await readOn(queue, fold)) return false
      answer(queue, draft, fold.state())
      return true
    }
    queue.writing = new Set(draft.decided.map(({ request }) => request))
    const result = await appendUntilKnown(queue, draft.events)
    queue.writing = nothing
    if (result.outcome === 'conflict') {
      fold.rollBack(0)
      if (await readOn(queue, fold)) return false
      // Nobody was first, so the state is ahead of the log: a log restored from a backup, a snapshot from before that.
      queue.isSnapshotBelieved = false
      throw new AssertionError(`it ends before revision ${queue.revision}, at which its state stands`)
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
        // Whatever broke, the log still has the truth: the state in memory is thrown away and read again.
        queue.fold = undefined
        queue.confirmed = undefined
        queue.writing = nothing
        ports.warn(`${queue.stream} cannot be read: ${messageOf(error)}`)
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
    }),
    push: (queue, request) => {
      queue.requests.push(request)
      if (queue.isRunning) return
      queue.isRunning = true
      ports.timers.soon(() => void run(queue))
    },
    expire: (queue, now) => {
      if (queue.appending !== undefined && queue.appending.deadline <= now) queue.appending.giveUp()
      // All callers of a writer wait equally long: the first is the first to be late.
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
