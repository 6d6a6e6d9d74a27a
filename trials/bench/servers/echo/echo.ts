// A gRPC server with the event store's service definition that answers every append at once and stores nothing. What a
// benchmark measures on it is the cost of client, gRPC and loopback network: an upper bound for any server in this language.
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type sendUnaryData,
} from '@grpc/grpc-js'
import { supportedMethods } from '#embedded/eventstore/rpc/information-rpc.ts'
import { widenReceiveWindows } from '#embedded/eventstore/rpc/receive-window.ts'
import { gatherHttp2Writes } from '#platform/http2/gathered-writes.ts'

const host = '127.0.0.1'
const position = '1'

const append = (call: ServerReadableStream<AppendReq, AppendResp>, callback: sendUnaryData<AppendResp>): void => {
  call.on('data', () => {})
  call.on('end', () => {
    const place = new streams.AppendResp.Position().setCommitPosition(position).setPreparePosition(position)
    const success = new streams.AppendResp.Success().setCurrentRevision('0').setPosition(place)
    callback(null, new streams.AppendResp().setSuccess(success))
  })
}

const batchAppend = (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void => {
  call.on('data', (message: BatchAppendReq) => {
    if (!message.getIsFinal()) return
    const place = new shared.AllStreamPosition().setCommitPosition(position).setPreparePosition(position)
    const success = new streams.BatchAppendResp.Success().setCurrentRevision('0').setPosition(place)
    const answer = new streams.BatchAppendResp().setCorrelationId(message.getCorrelationId()).setSuccess(success)
    call.write(answer.setStreamIdentifier(message.getOptions()?.getStreamIdentifier()))
  })
  call.on('end', () => call.end())
}

/** Starts the echo on a port of the loopback network. Resolves with the function that stops it. */
export const listenAsEcho = async (port: number): Promise<() => void> => {
  widenReceiveWindows()
  gatherHttp2Writes('server')
  const server = new Server({ 'grpc.enable_channelz': 0 })
  server.addService(StreamsService, { append, batchAppend })
  server.addService(ServerFeaturesService, {
    getSupportedMethods: (_: unknown, callback: sendUnaryData<unknown>) => callback(null, supportedMethods()),
  })
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    )
  })
  return () => server.forceShutdown()
}
