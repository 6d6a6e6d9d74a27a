import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js'
import type { ServerWritableStream } from '@grpc/grpc-js'
import type { grpcError } from '../grpc-error.ts'

/** The answering side of a Read. `signal` aborts once nobody listens: cancelled, ended or failed. */
export type Outlet = ReturnType<typeof createOutlet>

export const createOutlet = (call: ServerWritableStream<ReadReq, Buffer>) => {
  const closing = new AbortController()
  const { signal } = closing
  let isFull = false
  // With a reason of its own: without one, the end of each read would make an exception with its stack.
  const close = (): void => closing.abort('closed')
  call.on('cancelled', close)
  call.on('close', close)
  return {
    signal,
    send: (message: Buffer): void => {
      if (!signal.aborted) isFull = !call.write(message)
    },
    /** Resolves when the client takes more, or is gone. */
    ready: (): Promise<void> =>
      new Promise((resolve) => {
        if (!isFull || signal.aborted) {
          resolve()
          return
        }
        const settle = (): void => {
          isFull = false
          call.off('drain', settle)
          signal.removeEventListener('abort', settle)
          resolve()
        }
        call.on('drain', settle)
        signal.addEventListener('abort', settle)
      }),
    end: (): void => {
      if (signal.aborted) return
      close()
      call.end()
    },
    fail: (error: ReturnType<typeof grpcError>): void => {
      if (signal.aborted) return
      close()
      call.emit('error', error)
    },
  }
}
