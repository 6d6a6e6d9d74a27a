import type { IncomingMessage } from 'node:http'
import { isRefusal, type Refusal, refuse } from '../problems.ts'
import { mayHoldUnstorableText, unstorableText } from './validation.ts'

// Bodies are read here and not by Express's parser: signatures need the bytes, a refusal needs the right problem
// document, and one pass over one buffer serves both.

/** A reservation or an order of 1,000 lines fits; a page of pictures does not. */
export const bodyBytesMax = 256 * 1_024

/** The bytes of the body; at the first byte too many the rest is left unread, so the connection has to close. */
export const readBody = (request: IncomingMessage): Promise<Buffer | Refusal> => {
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) return Promise.resolve(tooLarge)
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > bodyBytesMax) {
        request.pause()
        resolve(tooLarge)
      } else chunks.push(chunk)
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
    // The caller went away; a body that was complete has been answered for above.
    request.on('error', () => resolve(incomplete))
    request.on('close', () => resolve(incomplete))
  })
}

const tooLarge = refuse('body_too_large', `A body may have ${bodyBytesMax} bytes at most.`)

const incomplete = refuse('malformed_request', 'The body ended before its time.')

/** Whether the body says that it is JSON in UTF-8. */
const isJson = (contentType: string | undefined): boolean =>
  contentType === 'application/json' || /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(contentType ?? '')

/** The value that a JSON body holds; undefined where the body is empty. */
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
