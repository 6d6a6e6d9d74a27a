import type { DomainEvent } from '#domain/events.ts'
import { NoAnswer } from './errors.ts'
import { createStreamQueues, type StreamQueue } from './stream-queue.ts'
import type { CommandContext, Identified, StreamRules, Submitted, WriterBounds, WriterPorts } from './types.ts'
import { writerBounds } from './types.ts'

/** Turns the commands of one category of streams into events. Every promise settles within the caller's time. */
export type StreamWriter<State, Command, Answer, Refusal> = {
  /**
   * Decides commands on one stream, in order and together, and answers after their events are durable. Rejects with
   * `NoAnswer` if there is no answer in time. `atomic`: one refusal refuses all, nothing is appended, and there is one
   * result. `presumeNew`: a stream that this process does not know is assumed to be empty and not read first. If it is not
   * empty, the log refuses the append or has events to read, which is checked before every answer, and all is decided
   * again.
   */
  readonly submit: (
    stream: string,
    commands: readonly Command[],
    context: CommandContext,
    options?: { readonly atomic?: boolean; readonly presumeNew?: boolean },
  ) => Promise<Submitted<State, Answer, Refusal>>
  /** The current state in the log. */
  readonly read: (stream: string) => Promise<Submitted<State, Answer, Refusal>>
  /**
   * The last state that this process knows, without asking the log. Use it only for facts that stay true, and only for
   * states that are folded immutably.
   */
  readonly lastKnown: (stream: string) => State | undefined
  /** The number of commands that wait for an answer, over all streams. */
  readonly waiting: () => number
}

/** A read appends nothing, so this never becomes metadata. */
const readContext: CommandContext = { correlationId: '', causationId: '', actor: '' }

/** Poll interval for callers whose time is up. */
const expiryCheckMilliseconds = 100

export const createStreamWriter = <State, Command extends Identified, Event extends DomainEvent, Answer, Refusal>(
  rules: StreamRules<State, Command, Event, Answer, Refusal>,
  ports: WriterPorts,
  bounds: WriterBounds = writerBounds,
): StreamWriter<State, Command, Answer, Refusal> => {
  type Queue = StreamQueue<State, Command, Event, Answer, Refusal>
  const { open, push, expire } = createStreamQueues(rules, ports, bounds)
  /** The least recently used queue comes first. */
  const queues = new Map<string, Queue>()
  const active = new Set<Queue>()
  let checking = false

  const makeRoom = (): void => {
    for (const [stream, queue] of queues) {
      if (queues.size < bounds.streamsMax) return
      if (!queue.isRunning) queues.delete(stream)
    }
  }

  const queueOf = (stream: string): Queue => {
    const known = queues.get(stream)
    if (known) queues.delete(stream)
    else if (queues.size >= bounds.streamsMax) makeRoom()
    const queue = known ?? open(stream)
    queues.set(stream, queue)
    return queue
  }

  const checkExpiry = (): void => {
    const now = ports.timers.monotonic()
    for (const queue of active) {
      expire(queue, now)
      if (!queue.isRunning) active.delete(queue)
    }
    checking = active.size > 0
    if (checking) ports.timers.after(expiryCheckMilliseconds, checkExpiry)
  }

  const watch = (queue: Queue): void => {
    active.add(queue)
    if (checking) return
    checking = true
    ports.timers.after(expiryCheckMilliseconds, checkExpiry)
  }

  const submit: StreamWriter<State, Command, Answer, Refusal>['submit'] = (stream, commands, context, options = {}) =>
    new Promise((resolve, reject) => {
      const queue = queueOf(stream)
      if (queue.requests.length >= bounds.queueMax) {
        reject(new NoAnswer('overloaded', 'too many commands wait for this item: nothing happened'))
        return
      }
      const deadline = ports.timers.monotonic() + bounds.callerMilliseconds
      const { atomic = false, presumeNew = false } = options
      push(queue, { commands, atomic, presumeNew, context, deadline, resolve, reject })
      watch(queue)
    })

  return {
    submit,
    read: (stream) => submit(stream, [], readContext),
    lastKnown: (stream) => queues.get(stream)?.confirmed,
    waiting: () => [...active].reduce((sum, queue) => sum + queue.requests.length, 0),
  }
}
