// A checked Read request. The generated message can hold meaningless combinations; a plan cannot.
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js'
import type { Direction } from '../../log/page.ts'
import { readStreamName } from '../append/append-input.ts'
import { type EventFilter, eventFilter } from './event-filter.ts'

export type ReadPlan = {
  readonly source:
    | { readonly kind: 'all'; readonly from: StartPoint; readonly filter: EventFilter | undefined }
    | { readonly kind: 'stream'; readonly stream: string; readonly from: StartPoint }
  readonly direction: Direction
  readonly limit: { readonly kind: 'count'; readonly count: number } | { readonly kind: 'subscription' }
  readonly resolveLinks: boolean
  readonly structuredIds: boolean
}

/** A position or revision; one past what a number holds exactly is lowered to it, which is beyond any log. */
type StartPoint = 'start' | 'end' | number

/** A string is the reason of a refusal. */
export type PlanResult = ReadPlan | string

type Options = ReadReq.Options
type Source = ReadPlan['source']

const forwardsDirection = 0
const positionMax = 2n ** 63n - 1n
export const invalidPosition = 'Trying to read from an invalid position.'

export const readPlan = (request: ReadReq): PlanResult => {
  const options = request.getOptions()
  if (options?.getUuidOption() === undefined) return 'A read takes options with a UUID option.'
  const direction = options.getReadDirection() === forwardsDirection ? 'forwards' : 'backwards'
  const isSubscription = options.hasSubscription()
  if (!isSubscription && !options.hasCount()) return 'A read takes a count or a subscription.'
  if (isSubscription && direction === 'backwards') return 'A subscription reads forwards.'
  if (options.hasFilter() && !options.hasAll()) return 'A filter is for reads of $all.'
  const source = readSource(options)
  if (typeof source === 'string') return source
  return {
    source,
    direction,
    limit: isSubscription ? { kind: 'subscription' } : { kind: 'count', count: numberOf(options.getCount()) },
    resolveLinks: options.getResolveLinks(),
    structuredIds: options.getUuidOption()?.hasStructured() ?? false,
  }
}

const readSource = (options: Options): Source | string => {
  const all = options.getAll()
  if (all !== undefined) {
    const filter = readFilter(options)
    if (typeof filter === 'string') return filter
    const position = all.getPosition()
    if (position === undefined) return { kind: 'all', from: all.hasEnd() ? 'end' : 'start', filter }
    const [commit, prepare] = [BigInt(position.getCommitPosition()), BigInt(position.getPreparePosition())]
    if (commit > positionMax || prepare > commit) return invalidPosition
    return { kind: 'all', from: numberOf(position.getCommitPosition()), filter }
  }
  const stream = options.getStream()
  if (stream === undefined) return 'A read takes a stream or $all.'
  const name = readStreamName(stream.getStreamIdentifier()?.getStreamName_asU8())
  if ('refusal' in name) return name.refusal.message
  const from = stream.hasRevision() ? numberOf(stream.getRevision()) : stream.hasEnd() ? 'end' : 'start'
  return { kind: 'stream', stream: name.value, from }
}

const readFilter = (options: Options): EventFilter | string | undefined => {
  const filter = options.getFilter()
  if (filter === undefined) return undefined
  const onType = filter.getEventType()
  const expression = onType ?? filter.getStreamIdentifier()
  const made =
    expression &&
    eventFilter({
      field: onType === undefined ? 'stream' : 'type',
      regex: expression.getRegex(),
      prefixes: expression.getPrefixList(),
      window: filter.hasMax() ? filter.getMax() : undefined,
      multiplier: filter.getCheckpointintervalmultiplier(),
    })
  return made ?? 'A filter takes a valid expression or prefixes, a window and a checkpoint interval above zero.'
}

const numberOf = (text: string): number => {
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER)
}
