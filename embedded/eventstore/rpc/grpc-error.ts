import { Metadata, type StatusObject, status } from '@grpc/grpc-js'

/** An error status as grpc-js wants it; `trailers` tell the client which error class to make of it. */
export const grpcError = (
  code: status,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): StatusObject & Error => {
  const metadata = new Metadata()
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, asciiOf(value))
  return Object.assign(new Error(details), { code, details, metadata })
}

export const unavailable = (): StatusObject & Error =>
  grpcError(status.UNAVAILABLE, 'The event store node is stopping.')

/** A trailer holds printable ASCII alone; anything else is percent-encoded. */
const asciiOf = (value: string): string => {
  return /^[\x20-\x7e]*$/.test(value) ? value : encodeURIComponent(value)
}
