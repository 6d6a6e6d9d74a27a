// gRPC for Node writes one message to an HTTP/2 stream, waits until it is written, and then writes the next: every message is
// a frame, a system call and a packet. Here a write is acknowledged as soon as the stream has room for it, so messages that
// arrive while the first one is being written go out together. A full stream applies backpressure as before. Node announces
// each stream on a diagnostics channel; gRPC gives no other access to it.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Writable } from 'node:stream'

type OfStream = { readonly stream: Writable }
const isOfStream = (message: unknown): message is OfStream =>
  typeof message === 'object' && message !== null && 'stream' in message

/** A write that fails after it was acknowledged is reported by the stream's own error. */
export const gatherWrites = (stream: Writable): void => {
  const { write } = stream
  const hasRoomFor = (chunk: unknown): boolean =>
    chunk instanceof Uint8Array &&
    stream.writable &&
    stream.writableLength + chunk.length < stream.writableHighWaterMark
  stream.write = (chunk: unknown, ...rest: readonly unknown[]): boolean => {
    const [taken] = rest
    if (typeof taken !== 'function' || !hasRoomFor(chunk)) return Reflect.apply(write, stream, [chunk, ...rest])
    const hasRoom: boolean = Reflect.apply(write, stream, [chunk])
    process.nextTick(taken)
    return hasRoom
  }
}

const gather = (message: unknown): void => {
  if (isOfStream(message)) gatherWrites(message.stream)
}

/** From now on, for every stream that an HTTP/2 client or server of this process opens; more than once is as good as once. */
export const gatherHttp2Writes = (side: 'client' | 'server'): void => {
  const streamCreated = `http2.${side}.stream.created`
  unsubscribe(streamCreated, gather)
  subscribe(streamCreated, gather)
}
