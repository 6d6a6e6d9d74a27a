// Compares a log after a kill with what was acknowledged before. Each problem is one line; there should be none.
import type { Acknowledgement } from './acknowledgements.ts'
import type { Part } from './load.ts'

const problemsMax = 20

export type Written = {
  readonly id: string
  readonly stream: string
  readonly revision: number
  readonly position: bigint
  readonly data: Part['data']
}

export type FoundLog = {
  /** In the order of the whole log. */
  readonly events: readonly Written[]
  /** The ids of each stream's events, read by themselves. */
  readonly streams: ReadonlyMap<string, readonly string[]>
}

export const problemsOf = (log: FoundLog, acknowledged: readonly Acknowledgement[]): readonly string[] => {
  const byStream = Map.groupBy(log.events, ({ stream }) => stream)
  const problems: string[] = [...problemsOfOrder(log.events)]
  for (const [stream, events] of byStream) {
    const ids = events.map(({ id }) => id).join()
    if (log.streams.get(stream)?.join() !== ids) problems.push(`${stream} reads otherwise than the whole log`)
    problems.push(...problemsOfStream(stream, events))
  }
  for (const one of acknowledged) problems.push(...problemsOfAcknowledged(one, byStream.get(one.stream) ?? []))
  return problems.slice(0, problemsMax)
}

const problemsOfOrder = (log: readonly Written[]): readonly string[] => {
  return log.flatMap(({ position }, index) => {
    const before = log[index - 1]?.position ?? -1n
    return position > before ? [] : [`position ${position} comes after ${before}`]
  })
}

/** Revisions without a hole, and appends that are there whole: all their parts, side by side. */
const problemsOfStream = (stream: string, events: readonly Written[]): readonly string[] => {
  return events.flatMap(({ revision, data }, index) => {
    const place = `${stream} ${revision}`
    const next = events[index + 1]?.data
    const isLast = data.part === data.parts - 1
    const goesOn = next?.append === data.append && next.part === data.part + 1
    return [
      ...(revision === index ? [] : [`${place} is where ${index} belongs`]),
      ...(isLast || goesOn ? [] : [`${place} is part ${data.part + 1} of ${data.parts}, and the next is missing`]),
      ...(isLast && next !== undefined && next.part !== 0 ? [`${place} is followed by a part without its first`] : []),
    ]
  })
}

const problemsOfAcknowledged = (
  { stream, revision, ids, position }: Acknowledgement,
  events: readonly Written[],
): readonly string[] => {
  const found = events.slice(revision, revision + ids.length)
  const place = `${stream} ${revision}, acknowledged,`
  if (found.map(({ id }) => id).join() !== ids.join()) return [`${place} is missing or not whole`]
  if (String(found.at(-1)?.position) !== position) return [`${place} is not at position ${position}`]
  return []
}
