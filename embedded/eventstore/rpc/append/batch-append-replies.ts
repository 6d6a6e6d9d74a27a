// The answers of BatchAppend. A failure is a message on the stream, never an error of the stream: that would fail every append
// that the client has in flight.
import codes from '@eventstore/db-client/generated/code_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import statuses from '@eventstore/db-client/generated/status_pb.js'
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import any from 'google-protobuf/google/protobuf/any_pb.js'
import empty from 'google-protobuf/google/protobuf/empty_pb.js'
import type { ExpectedRevision } from '../../log/append-decision.ts'
import type { AppendOutcome } from '../../log/writer.ts'
import { appendBytesMax, type InputRefusal } from './append-input.ts'

export type BatchFailure = InputRefusal | { readonly kind: 'timeout'; readonly message: string }

const { Code } = codes

/** Which append is answered: the client finds it by the id, and reads the stream's name whatever the answer. */
export type Addressee = { readonly correlationId: string; readonly stream: Uint8Array }

export const batchReply = (
  addressee: Addressee,
  outcome: AppendOutcome | BatchFailure,
  expected: ExpectedRevision | undefined,
): BatchAppendResp => {
  const reply = new streams.BatchAppendResp()
    .setCorrelationId(new shared.UUID().setString(addressee.correlationId))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(addressee.stream))
  switch (outcome.kind) {
    case 'appended':
      return reply.setSuccess(successOf(outcome.revision, outcome.position))
    case 'wrong_expected_revision':
      return reply.setError(wrongVersion(outcome.current, expected))
    case 'too_large': {
      const details = new shared.MaximumAppendSizeExceeded().setMaxappendsize(appendBytesMax)
      const bytes = details.serializeBinary()
      return reply.setError(failure(Code.INVALID_ARGUMENT, outcome.message, 'MaximumAppendSizeExceeded', bytes))
    }
    case 'timeout':
      return reply.setError(
        failure(Code.DEADLINE_EXCEEDED, outcome.message, 'Timeout', new shared.Timeout().serializeBinary()),
      )
    case 'invalid':
    case 'missing_property':
      return reply.setError(badRequest(Code.INVALID_ARGUMENT, outcome.message))
    case 'unimplemented':
      return reply.setError(badRequest(Code.UNIMPLEMENTED, outcome.message))
    case 'disk_full':
      return reply.setError(badRequest(Code.RESOURCE_EXHAUSTED, outcome.message))
    case 'failed':
      return reply.setError(badRequest(Code.INTERNAL, outcome.message))
    case 'stopping':
      return reply.setError(badRequest(Code.UNAVAILABLE, outcome.message))
    default:
      return outcome satisfies never
  }
}

const successOf = (revision: number, position: number | undefined): BatchAppendResp.Success => {
  const success = new streams.BatchAppendResp.Success()
  if (revision < 0) success.setNoStream(new empty.Empty())
  else success.setCurrentRevision(String(revision))
  if (position === undefined) return success.setNoPosition(new empty.Empty())
  return success.setPosition(
    new shared.AllStreamPosition().setCommitPosition(String(position)).setPreparePosition(String(position)),
  )
}

const wrongVersion = (
  current: number,
  expected: ExpectedRevision | undefined,
): InstanceType<typeof statuses.Status> => {
  const wrong = new shared.WrongExpectedVersion()
  if (current < 0) wrong.setCurrentNoStream(new empty.Empty())
  else wrong.setCurrentStreamRevision(String(current))
  switch (expected?.kind) {
    case 'exact':
      wrong.setExpectedStreamPosition(String(expected.revision))
      break
    case 'stream_exists':
      wrong.setExpectedStreamExists(new empty.Empty())
      break
    case 'no_stream':
      wrong.setExpectedNoStream(new empty.Empty())
      break
    default:
      wrong.setExpectedAny(new empty.Empty())
  }
  return failure(Code.ALREADY_EXISTS, 'Wrong expected version.', 'WrongExpectedVersion', wrong.serializeBinary())
}

/** The client shows the message of a type that it does not know, which BadRequest is. */
const badRequest = (code: number, message: string): InstanceType<typeof statuses.Status> => {
  return failure(code, message, 'BadRequest', new shared.BadRequest().setMessage(message).serializeBinary())
}

const failure = (
  code: number,
  message: string,
  type: string,
  details: Uint8Array,
): InstanceType<typeof statuses.Status> => {
  const packed = new any.Any()
  packed.pack(details, `event_store.client.${type}`)
  return new statuses.Status().setCode(code).setMessage(message).setDetails(packed)
}
