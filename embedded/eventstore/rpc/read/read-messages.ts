import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'

// The messages of a Read other than events, encoded.

const encoded = (message: ReadResp): Buffer => Buffer.from(message.serializeBinary())

export const streamNotFound = (stream: string): Buffer => {
  const identifier = new shared.StreamIdentifier().setStreamName(Buffer.from(stream))
  return encoded(
    new streams.ReadResp().setStreamNotFound(new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifier)),
  )
}

export const confirmation = (subscriptionId: string): Buffer =>
  encoded(
    new streams.ReadResp().setConfirmation(
      new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(subscriptionId),
    ),
  )

export const caughtUp = (): Buffer => encoded(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()))

export const checkpoint = (position: number): Buffer => {
  const text = String(position)
  return encoded(
    new streams.ReadResp().setCheckpoint(
      new streams.ReadResp.Checkpoint().setCommitPosition(text).setPreparePosition(text),
    ),
  )
}
