// An HTTP/2 sender may have only as many bytes in flight as the receiver's window. Node's window is 64 KiB, which many concurrent
// appends fill while a commit is synced, and the gRPC server has no setting for it (grpc/grpc-node, pull request 3058). Node
// publishes each stream that a server opens on a diagnostics channel, and the stream has its session.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Http2Session } from 'node:http2'

/**
 * With 64 KiB an import took a quarter longer. With 1 MiB and more, appends of many events did: all that is under way
 * arrives at once, and its senders wait while the node works, instead of making what comes next.
 */
export const receiveWindowBytes = 256 * 1_024

const streamCreated = 'http2.server.stream.created'
const widened = new WeakSet<Http2Session>()

type OfStream = { readonly stream: { readonly session: Http2Session | undefined } }
const isOfStream = (message: unknown): message is OfStream =>
  typeof message === 'object' && message !== null && 'stream' in message

const widen = (message: unknown): void => {
  const session = isOfStream(message) ? message.stream.session : undefined
  if (session === undefined || widened.has(session)) return
  widened.add(session)
  // The first is the connection's, the second that of each of its streams.
  session.setLocalWindowSize(receiveWindowBytes)
  session.settings({ initialWindowSize: receiveWindowBytes })
}

/** From now on, for every HTTP/2 server of this process; more than once is as good as once. */
export const widenReceiveWindows = (): void => {
  unsubscribe(streamCreated, widen)
  subscribe(streamCreated, widen)
}
