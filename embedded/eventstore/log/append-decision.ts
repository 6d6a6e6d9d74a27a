/** The expected revision of an append. `exact` may exceed what a stream can reach; then it never matches. */
export type ExpectedRevision =
  | { readonly kind: 'any' }
  | { readonly kind: 'no_stream' }
  | { readonly kind: 'stream_exists' }
  | { readonly kind: 'exact'; readonly revision: bigint }

/** `already_written` is a retry of events the stream holds: nothing is written, `revision` is that of the last of them. */
export type AppendDecision =
  | { readonly kind: 'write' }
  | { readonly kind: 'already_written'; readonly revision: number }
  | { readonly kind: 'wrong_expected_revision' }

export type AppendQuestion = {
  readonly expected: ExpectedRevision
  /** Revision of the stream's last event, -1 when it has none. */
  readonly current: number
  readonly ids: readonly string[]
  /** Id of the event at a revision of this stream, from the log itself. */
  readonly idAt: (revision: number) => string | undefined
  /** Revision of an event of this stream among the recently written; older ones are forgotten. */
  readonly recentRevision: (id: string) => number | undefined
}

const writeDecision: AppendDecision = { kind: 'write' }
const wrongRevision: AppendDecision = { kind: 'wrong_expected_revision' }

/**
 * EventStoreDB's rule for expected revisions and retries. With a revision named, a retry is recognised by the log, exactly and
 * for ever. With `any` and `stream_exists` it is recognised by recent ids only, so an old retry is written again.
 */
export const decideAppend = (question: AppendQuestion): AppendDecision => {
  const { expected, current } = question
  switch (expected.kind) {
    case 'any':
      return decideByRecentIds(question)
    case 'stream_exists':
      return current < 0 ? wrongRevision : decideByRecentIds(question)
    case 'no_stream':
      return current < 0 ? writeDecision : decideByLog(question, 0)
    case 'exact':
      if (expected.revision > current) return wrongRevision
      if (expected.revision === BigInt(current)) return writeDecision
      return decideByLog(question, Number(expected.revision) + 1)
    default:
      return expected satisfies never
  }
}

const decideByRecentIds = ({ ids, recentRevision }: AppendQuestion): AppendDecision => {
  const [first] = ids
  if (first === undefined || recentRevision(first) === undefined) return writeDecision
  let last = -1
  for (const id of ids) {
    const revision = recentRevision(id)
    if (revision === undefined) return wrongRevision
    last = revision
  }
  return { kind: 'already_written', revision: last }
}

const decideByLog = ({ ids, idAt }: AppendQuestion, firstRevision: number): AppendDecision => {
  if (ids.length === 0) return wrongRevision
  for (const [index, id] of ids.entries()) {
    if (idAt(firstRevision + index) !== id) return wrongRevision
  }
  return { kind: 'already_written', revision: firstRevision + ids.length - 1 }
}
