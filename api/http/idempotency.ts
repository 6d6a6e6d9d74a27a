import { createHmac, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { derivedId } from '#domain/values/ids.ts'
import type { FinishedAnswers } from '#platform/redis/finished-answers.ts'
import { type ProblemCode, type Refusal, refuse } from '../problems.ts'
import type { WrittenAnswer } from './answer.ts'

// A retry with the same Idempotency-Key gets the answer of the first attempt. Redis keeps finished answers for a day. When an
// answer is gone, the command id is still the same, so the domain finds the first attempt in the log and answers the same.
// Requests are not locked: if two with one key run at once, the domain accepts one and repeats its answer to the other.

/** A request with an Idempotency-Key. Its retries have the same command id. */
export type KeyedRequest = {
  readonly commandId: string
  /** A keyed hash of the body. Bodies contain personal data, so a plain hash of them must not be stored. */
  readonly fingerprint: string
}

export type Idempotency = {
  /** `subject` is method, path and parameters: the same key at another address is another key. */
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

/** Refuses a key of the wrong form. */
export const keyProblem = (key: string): Refusal<'invalid_idempotency_key'> | undefined =>
  keyPattern.test(key)
    ? undefined
    : refuse(
        'invalid_idempotency_key',
        `The Idempotency-Key must have ${keyCharactersMin} to ${keyCharactersMax} visible ASCII characters.`,
      )

const passingStatuses: ReadonlySet<number> = new Set([401, 403, 404, 429])
const passingCodes: ReadonlySet<ProblemCode | undefined> = new Set(['payment_in_progress', 'idempotency_key_reused'])

/** Whether retries get the same answer. Answers that may differ a moment later are not kept. */
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
      return refuse('idempotency_key_reused', 'This Idempotency-Key was used with another body: send a new key.')
    const { status, contentType, text: body } = stored
    return { status, contentType, text: body, headers: { 'idempotent-replayed': 'true' } }
  },
  keep: ({ commandId, fingerprint }, { status, contentType, text }, code) => {
    if (isReplayed(status, code)) answers.keep(commandId, JSON.stringify({ fingerprint, status, contentType, text }))
  },
})
