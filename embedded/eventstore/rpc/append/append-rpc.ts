// Append: one client stream for one append, the options first, then the events.
import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { type ServerReadableStream, type sendUnaryData, status } from '@grpc/grpc-js'
import type { ExpectedRevision } from '../../log/append-decision.ts'
import type { ProposedEvent } from '../../log/record.ts'
import type { AppendOutcome, Writer } from '../../log/writer.ts'
import { grpcError } from '../grpc-error.ts'
import {
  appendBytesMax,
  type Input,
  type InputRefusal,
  readExpected,
  readProposedEvent,
  readStreamToAppend,
  tooLarge,
} from './append-input.ts'

type Target = { readonly stream: string; readonly expected: ExpectedRevision }

export const serveAppend = (
  call: ServerReadableStream<AppendReq, AppendResp>,
  callback: sendUnaryData<AppendResp>,
  writer: Writer,
): void => {
  const events: ProposedEvent[] = []
  let target: Target | undefined
  let bytes = 0
  let isRefused = false
  const refuse = (refusal: InputRefusal): void => {
    isRefused = true
    callback(errorOf(refusal))
  }

  call.on('data', (message: AppendReq) => {
    if (isRefused) return
    const options = message.getOptions()
    if (options !== undefined) {
      const read = readTarget(options)
      if ('refusal' in read) refuse(read.refusal)
      else target = read.value
      return
    }
    const proposed = message.getProposedMessage()
    if (proposed === undefined) return
    const event = readProposedEvent(proposed)
    if ('refusal' in event) {
      refuse(event.refusal)
      return
    }
    bytes += event.value.data.length
    if (bytes > appendBytesMax) refuse(tooLarge.refusal)
    else events.push(event.value)
  })

  call.on('end', () => {
    if (isRefused) return
    if (target === undefined) {
      refuse({ kind: 'invalid', message: 'An append starts with its options.' })
      return
    }
    const { stream, expected } = target
    writer.append({ stream, expected, events }, (outcome) => answer(outcome, expected, callback))
  })
}

const readTarget = (options: AppendReq.Options): Input<Target> => {
  const stream = readStreamToAppend(options.getStreamIdentifier()?.getStreamName_asU8())
  if ('refusal' in stream) return stream
  const expected = readExpected(options, options.hasRevision() ? options.getRevision() : undefined)
  if ('refusal' in expected) return expected
  return { value: { stream: stream.value, expected: expected.value } }
}

const errorOf = (refusal: InputRefusal): ReturnType<typeof grpcError> => {
  switch (refusal.kind) {
    case 'invalid':
      return grpcError(status.INVALID_ARGUMENT, refusal.message)
    case 'unimplemented':
      return grpcError(status.UNIMPLEMENTED, refusal.message)
    case 'missing_property':
      return grpcError(status.INVALID_ARGUMENT, refusal.message, {
        exception: 'missing-required-metadata-property',
        'required-metadata-properties': 'type,content-type',
      })
    case 'too_large':
      return grpcError(status.INVALID_ARGUMENT, refusal.message, {
        exception: 'maximum-append-size-exceeded',
        'maximum-append-size': String(appendBytesMax),
      })
    default:
      return refusal.kind satisfies never
  }
}

const answer = (outcome: AppendOutcome, expected: ExpectedRevision, callback: sendUnaryData<AppendResp>): void => {
  switch (outcome.kind) {
    case 'appended':
      callback(null, new streams.AppendResp().setSuccess(successOf(outcome.revision, outcome.position)))
      return
    case 'wrong_expected_revision':
      callback(null, new streams.AppendResp().setWrongExpectedVersion(wrongVersionOf(outcome.current, expected)))
      return
    case 'disk_full':
      callback(grpcError(status.RESOURCE_EXHAUSTED, outcome.message))
      return
    case 'failed':
      callback(grpcError(status.INTERNAL, outcome.message))
      return
    case 'stopping':
      callback(grpcError(status.UNAVAILABLE, outcome.message))
      return
    default:
      outcome satisfies never
  }
}

const successOf = (revision: number, position: number | undefined): AppendResp.Success => {
  const success = new streams.AppendResp.Success()
  if (revision < 0) success.setNoStream(new shared.Empty())
  else success.setCurrentRevision(String(revision))
  if (position === undefined) return success.setNoPosition(new shared.Empty())
  return success.setPosition(
    new streams.AppendResp.Position().setCommitPosition(String(position)).setPreparePosition(String(position)),
  )
}

/** Fills the fields of today and those that clients of 20.6.0 read. */
const wrongVersionOf = (current: number, expected: ExpectedRevision): AppendResp.WrongExpectedVersion => {
  const wrong = new streams.AppendResp.WrongExpectedVersion()
  const empty = new shared.Empty()
  if (current < 0) wrong.setCurrentNoStream(empty).setNoStream2060(empty)
  else wrong.setCurrentRevision(String(current)).setCurrentRevision2060(current)
  switch (expected.kind) {
    case 'exact':
      return wrong.setExpectedRevision(String(expected.revision)).setExpectedRevision2060(Number(expected.revision))
    case 'any':
      return wrong.setExpectedAny(empty).setAny2060(empty)
    case 'stream_exists':
      return wrong.setExpectedStreamExists(empty).setStreamExists2060(empty)
    case 'no_stream':
      return wrong.setExpectedNoStream(empty)
    default:
      return expected satisfies never
  }
}
