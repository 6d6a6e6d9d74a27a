// BatchAppend: one long stream carries many appends, each in one or more fragments under a correlation id. Exactly one answer goes
// out for each id, for the client does not survive a second. Appends are handed to the writer in the order of their last fragment.
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import { type ServerDuplexStream, status } from '@grpc/grpc-js'
import type { ExpectedRevision } from '../../log/append-decision.ts'
import type { ProposedEvent } from '../../log/record.ts'
import type { AppendOutcome, Writer } from '../../log/writer.ts'
import { grpcError } from '../grpc-error.ts'
import {
  appendBytesMax,
  readExpected,
  readProposedEvent,
  readStreamToAppend,
  tooLarge,
  uuidText,
} from './append-input.ts'
import { type Addressee, type BatchFailure, batchReply } from './batch-append-replies.ts'

type Target = { readonly stream: string; readonly expected: ExpectedRevision; readonly deadlineAt: number }

/** An append whose last fragment has not come. Once refused it only swallows the rest. */
type Unfinished = {
  readonly addressee: Addressee
  readonly target: Target | BatchFailure
  readonly events: ProposedEvent[]
  bytes: number
  isRefused: boolean
  timer: NodeJS.Timeout | undefined
}

const writeTimeoutMilliseconds = 10_000
const unfinishedMax = 1_000
const timeoutDetails: BatchFailure = {
  kind: 'timeout',
  message: 'The append did not arrive whole before its deadline.',
}

export type BatchAppendCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>

export const serveBatchAppend = (call: BatchAppendCall, writer: Writer): void => {
  const unfinished = new Map<string, Unfinished>()
  let unanswered = 0
  let isEnded = false

  const send = (reply: BatchAppendResp): void => {
    if (call.cancelled || call.destroyed || call.writableEnded) return
    if (call.write(reply) || call.isPaused()) return
    // The client does not read its answers: take no more appends until it has.
    call.pause()
    call.once('drain', () => call.resume())
  }
  const endWhenDone = (): void => {
    if (isEnded && unanswered === 0) call.end()
  }
  const refuse = (append: Unfinished, failure: BatchFailure): void => {
    append.isRefused = true
    append.events.length = 0
    clearTimeout(append.timer)
    send(batchReply(append.addressee, failure, undefined))
  }
  const finish = (append: Unfinished, { stream, expected }: Target): void => {
    clearTimeout(append.timer)
    unanswered += 1
    writer.append({ stream, expected, events: append.events }, (outcome: AppendOutcome) => {
      unanswered -= 1
      send(batchReply(append.addressee, outcome, expected))
      endWhenDone()
    })
  }

  call.on('data', (message: BatchAppendReq) => {
    const correlationId = uuidText(message.getCorrelationId())
    const append = unfinished.get(correlationId) ?? start(correlationId, message)
    if (message.getIsFinal()) unfinished.delete(correlationId)
    else unfinished.set(correlationId, append)
    if (unfinished.size > unfinishedMax) {
      const details = `More than ${unfinishedMax} appends are unfinished on one stream.`
      call.emit('error', grpcError(status.RESOURCE_EXHAUSTED, details))
      return
    }
    if (append.isRefused) return
    const { target } = append
    if ('kind' in target) {
      refuse(append, target)
      return
    }
    const failure = addEvents(append, message)
    if (failure !== undefined) refuse(append, failure)
    else if (message.getIsFinal()) finish(append, target)
    else append.timer ??= setTimeout(() => refuse(append, timeoutDetails), target.deadlineAt - Date.now())
  })
  call.on('end', () => {
    isEnded = true
    endWhenDone()
  })
  call.on('close', () => {
    for (const append of unfinished.values()) clearTimeout(append.timer)
    unfinished.clear()
  })
}

const start = (correlationId: string, message: BatchAppendReq): Unfinished => {
  const options = message.getOptions()
  const name = options?.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array()
  const addressee = { correlationId, stream: name }
  return { addressee, target: readTarget(options), events: [], bytes: 0, isRefused: false, timer: undefined }
}

const readTarget = (options: BatchAppendReq.Options | undefined): Target | BatchFailure => {
  if (options === undefined) return { kind: 'invalid', message: 'The first message of an append carries its options.' }
  const stream = readStreamToAppend(options.getStreamIdentifier()?.getStreamName_asU8())
  if ('refusal' in stream) return stream.refusal
  const expected = readExpected(options, options.hasStreamPosition() ? options.getStreamPosition() : undefined)
  if ('refusal' in expected) return expected.refusal
  const now = Date.now()
  const requested = options.getDeadline()
  const requestedAt = requested === undefined ? Infinity : requested.getSeconds() * 1000 + requested.getNanos() / 1e6
  if (requestedAt <= now) return timeoutDetails
  const deadlineAt = Math.min(requestedAt, now + writeTimeoutMilliseconds)
  return { stream: stream.value, expected: expected.value, deadlineAt }
}

const addEvents = (append: Unfinished, message: BatchAppendReq): BatchFailure | undefined => {
  for (const proposed of message.getProposedMessagesList()) {
    const event = readProposedEvent(proposed)
    if ('refusal' in event) return event.refusal
    append.bytes += event.value.data.length
    if (append.bytes > appendBytesMax) return tooLarge.refusal
    append.events.push(event.value)
  }
  return undefined
}
