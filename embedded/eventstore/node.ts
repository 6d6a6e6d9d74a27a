// A single event store node on this machine: EventStoreDB's gRPC protocol over a log in one SQLite file. No cluster, no
// projections, no users, no TLS. What it lacks it answers with UNIMPLEMENTED.
import { randomUUID } from 'node:crypto'
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type { AppendReq, AppendResp, ReadReq } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import {
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerWritableStream,
  type sendUnaryData,
} from '@grpc/grpc-js'
import { gatherHttp2Writes } from '#platform/http2/gathered-writes.ts'
import { createClock, microsOf } from './log/clock.ts'
import { createCommitFeed } from './log/commit-feed.ts'
import { openStorage, type Storage } from './log/storage.ts'
import { createWriter, type Writer } from './log/writer.ts'
import { serveAppend } from './rpc/append/append-rpc.ts'
import { type BatchAppendCall, serveBatchAppend } from './rpc/append/batch-append-rpc.ts'
import { unavailable } from './rpc/grpc-error.ts'
import { clusterInfo, supportedMethods } from './rpc/information-rpc.ts'
import { createOutlet, type Outlet } from './rpc/read/outlet.ts'
import { serveRead } from './rpc/read/read-rpc.ts'
import { widenReceiveWindows } from './rpc/receive-window.ts'

export type EventStoreNode = {
  readonly port: number
  /** For `EventStoreDBClient.connectionString`. */
  readonly connectionString: string
  /** Commits and answers what has arrived, ends all streams with UNAVAILABLE and closes the log. */
  readonly stop: () => Promise<void>
}

export type EventStoreNodeOptions = {
  /** Created when missing. `memory` keeps nothing. */
  readonly dataDir: string | 'memory'
  /** 0 takes any free port. */
  readonly port: number
  readonly host?: '127.0.0.1'
  readonly log?: (line: string) => void
}

/** The client writes fragments of 3 MiB and reads events of up to 16 MiB. */
const messageBytesMax = 17 * 1024 * 1024
const stopGraceMilliseconds = 2_000

/** Throws an Error of one clear line when the folder is in use, damaged or too new, or the port is taken. */
export const startEventStoreNode = async (options: EventStoreNodeOptions): Promise<EventStoreNode> => {
  const { host = '127.0.0.1', log = () => {} } = options
  const storage = openStorage(options.dataDir, log)
  const feed = createCommitFeed()
  const writer = createWriter({ storage, feed, clock: createClock(lastCreated(storage)), log })
  const open = { outlets: new Set<Outlet>(), batches: new Set<BatchAppendCall>() }
  const address = { nodeId: randomUUID(), host, port: 0 }
  widenReceiveWindows()
  gatherHttp2Writes('server')
  const server = new Server({
    'grpc.max_receive_message_length': messageBytesMax,
    'grpc.max_send_message_length': messageBytesMax,
    'grpc.enable_channelz': 0,
  })
  addStreams(server, writer, open, (request, outlet) => serveRead(request, outlet, { storage, feed, log }))
  server.addService(ServerFeaturesService, {
    getSupportedMethods: (_: unknown, callback: sendUnaryData<unknown>) => callback(null, supportedMethods()),
  })
  server.addService(GossipService, {
    read: (_: unknown, callback: sendUnaryData<unknown>) => callback(null, clusterInfo(address)),
  })

  try {
    await writeFirstEvent(writer, storage)
    address.port = await bind(server, host, options.port)
  } catch (error) {
    storage.close()
    throw error
  }
  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    writer.stop()
    for (const outlet of open.outlets) outlet.fail(unavailable())
    for (const batch of open.batches) batch.emit('error', unavailable())
    await shutDown(server)
    storage.close()
  }
  return {
    port: address.port,
    connectionString: `esdb://${host}:${address.port}?tls=false`,
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}

const addStreams = (
  server: Server,
  writer: Writer,
  open: { readonly outlets: Set<Outlet>; readonly batches: Set<BatchAppendCall> },
  read: (request: ReadReq, outlet: Outlet) => Promise<void>,
): void => {
  // Events leave as they are stored, so a Read's messages are bytes already.
  const service = { ...StreamsService, read: { ...StreamsService.read, responseSerialize: (bytes: Buffer) => bytes } }
  server.addService(service, {
    append: (call: ServerReadableStream<AppendReq, AppendResp>, callback: sendUnaryData<AppendResp>) =>
      serveAppend(call, callback, writer),
    batchAppend: (call: BatchAppendCall) => {
      open.batches.add(call)
      call.on('close', () => open.batches.delete(call))
      serveBatchAppend(call, writer)
    },
    read: (call: ServerWritableStream<ReadReq, Buffer>) => {
      const outlet = createOutlet(call)
      open.outlets.add(outlet)
      read(call.request, outlet).finally(() => open.outlets.delete(outlet))
    },
  })
}

/** `$all` is never empty on a real server either. */
const writeFirstEvent = (writer: Writer, storage: Storage): Promise<void> => {
  if (storage.end().last !== undefined) return Promise.resolve()
  const event = {
    id: randomUUID(),
    type: '$NodeInitialized',
    contentType: 'application/json',
    data: Buffer.from('{}'),
    metadata: new Uint8Array(),
  } as const
  return new Promise((resolve, reject) => {
    writer.append({ stream: '$node', expected: { kind: 'no_stream' }, events: [event] }, (outcome) => {
      if (outcome.kind === 'appended') resolve()
      else reject(new Error('message' in outcome ? outcome.message : 'The first event could not be written.'))
    })
  })
}

const lastCreated = (storage: Storage): number => {
  const { last } = storage.end()
  if (last === undefined) return 0
  const properties = streams.ReadResp.deserializeBinary(last).getEvent()?.getEvent()?.getMetadataMap()
  return microsOf(properties?.get('created') ?? '')
}

const bind = (server: Server, host: string, port: number): Promise<number> => {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound)
      else reject(new Error(`The event store node cannot listen on ${host}:${port}: is the port in use?`))
    })
  })
}

const shutDown = (server: Server): Promise<void> => {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.forceShutdown(), stopGraceMilliseconds)
    server.tryShutdown(() => {
      clearTimeout(force)
      resolve()
    })
  })
}
