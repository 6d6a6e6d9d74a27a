import type { IncomingMessage } from 'node:http'
import { isRefusal, type Refusal, refuse } from '../problems.ts'
import { mayHoldUnstorableText, unstorableText } from './validation.ts'

// Bodies are read here instead of by Express's parser, because signatures need the bytes and refusals need a problem document.

/** Enough for a reservation or an order of 1,000 lines with the longest names. */
export const bodyBytesMax = 256 * 1_024

/** After the answer, at most this much of the rest of a body is read and discarded. Then the connection is cut. */
export const discardedBytesMax = 8 * 1_024 * 1_024

const lengthOf = ({ headers }: IncomingMessage): number => Number(headers['content-length'] ?? 0)

/** Whether the sender asked first (`Expect: 100-continue`) and must be refused: most such senders never send the body. */
export const isRefusedBeforeSending = (request: IncomingMessage): boolean =>
  request.headers.expect?.toLowerCase() === '100-continue' && lengthOf(request) > bodyBytesMax

/** Whether parts of the body may still come. */
export const isBodyComing = (request: IncomingMessage): boolean =>
  !request.complete && (lengthOf(request) > 0 || request.headers['transfer-encoding'] !== undefined)

/**
 * Reads and discards the rest of a body, so that its sender is not cut off before it has read the answer. Resolves at the end
 * of the body or of the connection, or at the bound. The request timeout of the server bounds the time.
 */
export const discardBody = (request: IncomingMessage): Promise<'ended' | 'too_long'> =>
  new Promise((resolve) => {
    let discarded = 0
    request.on('data', (chunk: Buffer) => {
      discarded += chunk.length
      if (discarded <= discardedBytesMax) return
      request.pause()
      resolve('too_long')
    })
    for (const event of ['end', 'error', 'close']) request.once(event, () => resolve('ended'))
    request.resume()
  })

/** The bytes of the body. If it is too large, nothing is kept, and `discardBody` reads the rest. */
export const readBody = (request: IncomingMessage): Promise<Buffer | Refusal> => {
  if (lengthOf(request) > bodyBytesMax) return Promise.resolve(tooLarge)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= bodyBytesMax) chunks.push(chunk)
      else {
        chunks.length = 0
        resolve(tooLarge)
      }
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
    // The caller disconnected. After `end` these two change nothing.
    request.on('error', () => resolve(incomplete))
    request.on('close', () => resolve(incomplete))
  })
}

const tooLarge = refuse('body_too_large', `A body may have at most ${bodyBytesMax} bytes.`)

const incomplete = refuse('malformed_request', 'The body is incomplete.')

/** Whether the content type is JSON in UTF-8. */
const isJson = (contentType: string | undefined): boolean =>
  contentType === 'application/json' || /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(contentType ?? '')

/** The value of a JSON body. Undefined if the body is empty. */
export const parseJsonBody = (
  body: Buffer,
  contentType: string | undefined,
): { readonly value: unknown } | Refusal<'unsupported_media_type' | 'malformed_json' | 'validation_failed'> => {
  if (body.length === 0) return { value: undefined }
  if (!isJson(contentType)) return refuse('unsupported_media_type', 'Send the body as Content-Type: application/json.')
  const text = body.toString('utf8')
  const parsed = parseJson(text)
  if (!isRefusal(parsed) && mayHoldUnstorableText(text)) return unstorableText('body', parsed.value) ?? parsed
  return parsed
}

const parseJson = (text: string): { readonly value: unknown } | Refusal<'malformed_json'> => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return refuse('malformed_json', 'The body is not valid JSON.')
  }
}
