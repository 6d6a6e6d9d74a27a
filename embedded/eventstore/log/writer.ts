// Appends are committed in groups, in the order of their arrival. Each append is decided on the state that the ones before it
// leave. All are answered after the commit, even refusals, because a refusal may depend on an append of the same group. If the
// commit fails, the whole group fails.
import { errorText } from '#domain/error-text.ts'
import { createGroupCommit } from '../../group-commit.ts'
import { decideAppend, type ExpectedRevision } from './append-decision.ts'
import { type Clock, ticksOf } from './clock.ts'
import type { CommitFeed } from './commit-feed.ts'
import { isDiskFull } from './data-folder.ts'
import { createRecentIds } from './recent-ids.ts'
import { encodeRecord, type ProposedEvent } from './record.ts'
import type { Storage } from './storage.ts'
import { createStreamHeads, type StreamHead } from './stream-heads.ts'

export type AppendRequest = {
  readonly stream: string
  readonly expected: ExpectedRevision
  readonly events: readonly ProposedEvent[]
}

/** `revision` is -1 for a stream without events; an append of no events has no position. */
export type AppendOutcome =
  | { readonly kind: 'appended'; readonly revision: number; readonly position: number | undefined }
  | { readonly kind: 'wrong_expected_revision'; readonly current: number }
  | { readonly kind: 'disk_full' | 'failed' | 'stopping'; readonly message: string }

export type Writer = ReturnType<typeof createWriter>

type Queued = { readonly request: AppendRequest; readonly answer: (outcome: AppendOutcome) => void }

const groupEventsMax = 5_000
const groupBytesMax = 8 * 1024 * 1024
const groupTurnsMax = 16
const writerStopping: AppendOutcome = {
  kind: 'stopping',
  message: 'The event store node is stopping; nothing was written.',
}

export const createWriter = (parts: {
  readonly storage: Storage
  readonly feed: CommitFeed
  readonly clock: Clock
  readonly log: (line: string) => void
}) => {
  const { storage, feed, log } = parts
  const appender = createAppender(storage, parts.clock)
  let queue: Queued[] = []
  let queuedEvents = 0
  let queuedBytes = 0
  let isStopping = false
  const logFailure = createFailureLog(log)

  const commitQueue = (): void => {
    const group = queue
    queue = []
    queuedEvents = 0
    queuedBytes = 0
    if (group.length === 0) return
    let answers: ReadonlyArray<() => void>
    try {
      storage.begin()
      answers = group.map(({ request, answer }) => {
        const outcome = appender.append(request)
        return () => answer(outcome)
      })
      storage.commit()
      logFailure(undefined)
    } catch (error) {
      storage.rollback()
      appender.forgetAll()
      logFailure(error)
      const outcome = failureOf(error)
      for (const { answer } of group) answer(outcome)
      return
    }
    for (const answer of answers) answer()
    feed.committed(new Set(group.map(({ request }) => request.stream)))
  }

  const scheduleCommit = createGroupCommit({
    queued: () => queue.length,
    isFull: () => queuedEvents >= groupEventsMax || queuedBytes >= groupBytesMax,
    turnsMax: groupTurnsMax,
    commit: commitQueue,
  })

  return {
    append: (request: AppendRequest, answer: (outcome: AppendOutcome) => void): void => {
      if (isStopping) {
        answer(writerStopping)
        return
      }
      queue.push({ request, answer })
      queuedEvents += request.events.length
      for (const event of request.events) queuedBytes += event.data.length + event.metadata.length
      scheduleCommit()
    },
    /** Commits and answers what is queued; later appends are refused. */
    stop: (): void => {
      isStopping = true
      commitQueue()
    },
  }
}

/** One line when commits begin to fail and one when they succeed again, however many fail in between. */
const createFailureLog = (log: (line: string) => void): ((error: unknown) => void) => {
  let isFailing = false
  return (error) => {
    const hasFailed = error !== undefined
    if (hasFailed === isFailing) return
    isFailing = hasFailed
    if (!hasFailed) log('Commits succeed again.')
    else log(`Commits fail: ${errorText(error)}`)
  }
}

const failureOf = (error: unknown): AppendOutcome => {
  if (isDiskFull(error)) {
    return {
      kind: 'disk_full',
      message: 'The disk of the event store node is full: nothing was written. Free some space and append again.',
    }
  }
  // A sync that failed may still have reached the disk, and would then be found after a restart.
  return {
    kind: 'failed',
    message: 'The event store node could not write to its disk: read the stream before you append again.',
  }
}

/** Decides and inserts one append inside the open transaction, and knows the state that the transaction leaves. */
const createAppender = (storage: Storage, clock: Clock) => {
  const heads = createStreamHeads(storage)
  const recentIds = createRecentIds(storage)
  let nextPosition = storage.end().position

  const insert = ({ stream, events }: AppendRequest, head: StreamHead | undefined): AppendOutcome => {
    const streamId = head?.streamId ?? storage.addStream(stream)
    const created = ticksOf(clock())
    let revision = head?.revision ?? -1
    let position = nextPosition
    for (const event of events) {
      revision += 1
      position = nextPosition
      const response = encodeRecord(event, { stream, revision, position, created })
      storage.addEvent({ position, stream, streamId, revision, id: event.id, type: event.type, response })
      recentIds.remember({ id: event.id, streamId, revision })
      nextPosition += response.length
    }
    heads.remember(stream, { streamId, revision })
    return { kind: 'appended', revision, position }
  }

  return {
    append: (request: AppendRequest): AppendOutcome => {
      const head = heads.find(request.stream)
      const current = head?.revision ?? -1
      const decision = decideAppend({
        expected: request.expected,
        current,
        ids: request.events.map(({ id }) => id),
        idAt: (revision) => (head === undefined ? undefined : storage.eventIdAt(head.streamId, revision)),
        recentRevision: (id) => recentIds.revisionIn(head?.streamId, id),
      })
      switch (decision.kind) {
        case 'write':
          if (request.events.length === 0) return { kind: 'appended', revision: current, position: undefined }
          return insert(request, head)
        case 'already_written': {
          const position = head === undefined ? undefined : storage.positionOf(head.streamId, decision.revision)
          return { kind: 'appended', revision: decision.revision, position }
        }
        case 'wrong_expected_revision':
          return { kind: 'wrong_expected_revision', current }
        default:
          return decision satisfies never
      }
    },
    forgetAll: (): void => {
      heads.forgetAll()
      recentIds.forgetAll()
      nextPosition = storage.end().position
    },
  }
}
