import { createHmac, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { derivedId } from '#domain/values/ids.ts'
import type { FinishedAnswers } from '#platform/redis/finished-answers.ts'
import { type ProblemCode, type Refusal, refuse } from '../problems.ts'
import type { WrittenAnswer } from './answer.ts'

// A retry under the same Idempotency-Key gets the answer of the first try. Redis holds finished answers for a day; when it
// forgot, the command id is still the same, so the domain finds the first try and answers the same from the log.
// There is no lock around a request under way: two at once are settled by the domain.

/** Where a request stands among its retries. */
export type KeyedRequest = {
  readonly commandId: string
  /** A keyed hash of the body: bodies hold personal data, so a bare hash of them must not be kept anywhere. */
  readonly fingerprint: string
}

export type Idempotency = {
  /** The attempt that a key names. `subject` is method, path and parameters: a key is a new one for every address. */
  readonly attemptOf: (request: {
    readonly credentialId: string
    readonly subject: string
    readonly key: string
    readonly body: unknown
  }) => KeyedRequest
  readonly find: (attempt: KeyedRequest) => Promise<WrittenAnswer | Refusal<'idempotency_key_reused'> | undefined>
  readonly keep: (attempt: KeyedRequest, answer: WrittenAnswer, code: ProblemCode | undefined) => void
}

export const keyCharactersMin = 16
export const keyCharactersMax = 128
const keyPattern = new RegExp(`^[\\x21-\\x7e]{${keyCharactersMin},${keyCharactersMax}}$`)

/** What is wrong with the Idempotency-Key header, if anything is. */
export const keyProblem = (key: string): Refusal<'invalid_idempotency_key'> | undefined =>
  keyPattern.test(key)
    ? undefined
    : refuse(
        'invalid_idempotency_key',
        `Idempotency-Key takes ${keyCharactersMin} to ${keyCharactersMax} visible ASCII characters.`,
      )

const passingStatuses: ReadonlySet<number> = new Set([401, 403, 404, 429])
const passingCodes: ReadonlySet<ProblemCode | undefined> = new Set(['payment_in_progress', 'idempotency_key_reused'])

/** Whether an answer stands for later retries too. What may be different a moment later does not. */
export const isReplayed = (status: number, code: ProblemCode | undefined): boolean =>
  status >= 200 && status < 500 && !passingStatuses.has(status) && !passingCodes.has(code)

const storedSchema = z.strictObject({
  fingerprint: z.string(),
  status: z.int(),
  contentType: z.string(),
  text: z.string(),
})

const parseStored = (text: string): z.infer<typeof storedSchema> | undefined => {
  try {
    return storedSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

export const createIdempotency = (answers: FinishedAnswers, fingerprintKey: KeyObject): Idempotency => ({
  attemptOf: ({ credentialId, subject, key, body }) => ({
    commandId: derivedId('command', credentialId, subject, key),
    fingerprint: createHmac('sha256', fingerprintKey)
      .update(JSON.stringify(body) ?? '')
      .digest('base64url'),
  }),
  find: async ({ commandId, fingerprint }) => {
    const text = await answers.find(commandId)
    const stored = text === undefined ? undefined : parseStored(text)
    if (stored === undefined) return undefined
    if (stored.fingerprint !== fingerprint)
      return refuse('idempotency_key_reused', 'This Idempotency-Key was used for another body. Send a new key.')
    const { status, contentType, text: body } = stored
    return { status, contentType, text: body, headers: { 'idempotent-replayed': 'true' } }
  },
  keep: ({ commandId, fingerprint }, { status, contentType, text }, code) => {
    if (isReplayed(status, code)) answers.keep(commandId, JSON.stringify({ fingerprint, status, contentType, text }))
  },
})
