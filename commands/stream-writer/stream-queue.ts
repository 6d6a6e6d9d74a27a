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

export type StreamQueue<State, Command, Answer, Refusal> = {
  readonly push: (request: Request<State, Command, Answer, Refusal>) => void
  /** Turns away callers whose time is up, and sends an append again that has no answer. To be called now and then. */
  readonly expire: (now: number) => void
  readonly idle: () => boolean
  /** What the log last confirmed in this process; by now there may be more. Only for states that are folded immutably. */
  readonly lastKnown: () => State | undefined
  readonly waiting: () => number
}

const retryMilliseconds = 250

export const createStreamQueue = <State, Command extends Identified, Event extends DomainEvent, Answer, Refusal>(
  stream: string,
  rules: StreamRules<State, Command, Event, Answer, Refusal>,
  ports: WriterPorts,
  bounds: WriterBounds,
): StreamQueue<State, Command, Answer, Refusal> => {
  type Waiting = Request<State, Command, Answer, Refusal>
  let queue: Waiting[] = []
  /** In the write under way, whose fate is not known yet. */
  let writing: ReadonlySet<Waiting> = new Set()
  /** The append under way; one timer each would cost more than many an append. */
  let appending: { readonly deadline: number; readonly giveUp: () => void } | undefined
  let fold: Fold<State, Event> | undefined
  let revision = -1
  let position = 0n
  let running = false
  /** The state as the log last confirmed it; a draft under way is not in it. */
  let confirmed: State | undefined
  let isSnapshotBelieved = true

  const wait = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      ports.timers.after(milliseconds, resolve)
    })

  const snapshotOf = async () => {
    try {
      return isSnapshotBelieved ? await ports.snapshots?.load(stream, rules.stateVersion) : undefined
    } catch (error) {
      ports.warn(
        `no snapshot of ${stream} (${error instanceof Error ? error.message : String(error)}): it is read whole`,
      )
      return undefined
    }
  }

  const load = async (): Promise<Fold<State, Event>> => {
    const snapshot = await snapshotOf()
    const restored = snapshot && rules.restoreFold?.(snapshot.state)
    revision = restored ? snapshot.revision : -1
    position = restored ? snapshot.position : 0n
    const loaded = restored ?? rules.createFold()
    await readOn(loaded)
    return loaded
  }

  const presumedNew = (): Fold<State, Event> => {
    revision = -1
    position = 0n
    return rules.createFold()
  }

  /** Folds what the log has beyond the last known revision; answers whether there was anything. */
  const readOn = async (into: Fold<State, Event>): Promise<boolean> => {
    const before = revision
    for await (const page of ports.log.read(stream, revision + 1)) {
      for (const event of page) {
        if (event.revision !== revision + 1 || !rules.isEvent(event))
          throw new AssertionError(`${stream} has ${event.type} at revision ${event.revision} after ${revision}`)
        into.apply(event, event.revision)
        revision = event.revision
        position = event.position
      }
      into.settle()
    }
    return revision > before
  }

  /** Appends until the fate is known. The official client has no timer of its own, so `expire` ends its silence. */
  const appendUntilKnown = async (events: readonly EventToAppend[]): Promise<AppendResult> => {
    for (;;) {
      const outcome = await new Promise<AppendResult | Error>((resolve) => {
        const deadline = ports.timers.monotonic() + bounds.appendMilliseconds
        appending = { deadline, giveUp: () => resolve(new Error('no answer')) }
        ports.log.append(stream, revision, events).then(resolve, (error: unknown) => {
          resolve(error instanceof Error ? error : new Error(String(error)))
        })
      })
      appending = undefined
      if (!(outcome instanceof Error)) return outcome
      ports.warn(`append to ${stream} has no answer (${outcome.message}): the same bytes are sent again`)
      await wait(retryMilliseconds)
    }
  }

  const answer = (draft: Draft<State, Command, Answer, Refusal>, state: State): void => {
    confirmed = state
    for (const { request, error } of draft.failed)
      request.reject(error instanceof Error ? error : new Error(String(error)))
    for (const { request, results, appendedFrom } of draft.decided)
      request.resolve({ results, state, revision, position, at: draft.at, appendedFrom })
    const done = new Set<Waiting>([...draft.failed, ...draft.decided].map(({ request }) => request))
    queue = queue.filter((request) => !done.has(request))
  }

  /** One write. False where another writer was first, or the state proved old, and all has to be decided again. */
  const write = async (state: Fold<State, Event>): Promise<boolean> => {
    const at = ports.logTime.now()
    if (at === undefined) {
      turnAway(queue, () => new NoAnswer('unavailable', 'log time is not known yet: nothing was seen of the log'))
      return true
    }
    const draft = draftWrite(rules, state, queue, { nextRevision: revision + 1, at, bounds })
    if (draft.events.length === 0) {
      if (await readOn(state)) return false
      answer(draft, state.state())
      return true
    }
    writing = new Set(draft.decided.map(({ request }) => request))
    const result = await appendUntilKnown(draft.events)
    writing = new Set()
    if (result.outcome === 'conflict') {
      state.rollBack(0)
      if (await readOn(state)) return false
      // Nobody was first, so the state is ahead of the log: a log restored from a backup, a snapshot from before that.
      isSnapshotBelieved = false
      throw new AssertionError(`it ends before revision ${revision}, at which its state stands`)
    }
    state.settle()
    revision += draft.events.length
    position = result.position
    answer(draft, state.state())
    return true
  }

  const run = async (): Promise<void> => {
    let losses = 0
    while (queue.length > 0) {
      try {
        fold ??= queue[0]?.presumeNew ? presumedNew() : await load()
        losses = (await write(fold)) ? 0 : losses + 1
        if (losses >= 2) await wait(ports.random() * Math.min(bounds.backoffMillisecondsMax, 2 ** losses))
      } catch (error) {
        // Whatever broke, the log still has the truth: the state in memory is thrown away and read again.
        fold = undefined
        confirmed = undefined
        writing = new Set()
        ports.warn(`${stream} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
        await wait(retryMilliseconds)
      }
    }
    running = false
  }

  const turnAway = (requests: readonly Waiting[], errorFor: (request: Waiting) => NoAnswer): void => {
    const gone = new Set(requests)
    queue = queue.filter((request) => !gone.has(request))
    for (const request of requests) request.reject(errorFor(request))
  }

  return {
    push: (request) => {
      queue.push(request)
      if (running) return
      running = true
      ports.timers.soon(() => void run())
    },
    expire: (now) => {
      if (appending !== undefined && appending.deadline <= now) appending.giveUp()
      // All callers of a writer wait equally long: the first is the first to be late.
      const [first] = queue
      if (first === undefined || first.deadline > now) return
      const late = queue.filter((request) => request.deadline <= now)
      turnAway(late, (request) =>
        writing.has(request)
          ? new NoAnswer('outcome_unknown', 'the log has not answered yet: ask again with the same key')
          : new NoAnswer('unavailable', 'the log could not be asked in time: nothing happened'),
      )
    },
    idle: () => !running,
    lastKnown: () => confirmed,
    waiting: () => queue.length,
  }
}
