import type { z } from 'zod'
import { type Refusal, refuse } from '../problems.ts'

/** The answer to a body with thousands of errors has the first ones. */
const errorsMax = 20

/** Refuses a part (`path`, `query` or `body`) of a request, with an entry for each error. */
export const validationProblem = (part: string, error: z.ZodError): Refusal<'validation_failed'> => {
  const errors = error.issues
    .slice(0, errorsMax)
    .map((issue) => ({ path: [part, ...issue.path.map(String)].join('.'), message: issue.message }))
  const first = errors[0]
  return refuse('validation_failed', first === undefined ? 'Invalid input.' : `${first.path}: ${first.message}`, {
    errors,
  })
}

// Postgres cannot store text with a NUL, nor UTF-8 half of a surrogate pair, so no such text may come in.
const depthMax = 16

const pathOfUnstorable = (value: unknown, depth: number): string | undefined => {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? '' : undefined
  if (typeof value !== 'object' || value === null || depth > depthMax) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const found = pathOfUnstorable(key, depth) ?? pathOfUnstorable(inner, depth + 1)
    if (found !== undefined) return `.${key.replaceAll('\0', '')}${found}`
  }
  return undefined
}

/** Refuses text that cannot be stored. Deeper values than `depthMax` are left to the schemas, which refuse them. */
export const unstorableText = (part: string, value: unknown): Refusal<'validation_failed'> | undefined => {
  const path = pathOfUnstorable(value, 0)
  if (path === undefined) return undefined
  const error = { path: `${part}${path}`, message: 'text may contain neither NUL nor half of a surrogate pair' }
  return refuse('validation_failed', `${error.path}: ${error.message}`, { errors: [error] })
}

/** A quick check whether JSON may contain such text: only with an escape, which hardly any body has. */
export const mayHoldUnstorableText = (json: string): boolean => /\\u(?:0000|d[89a-f])/i.test(json)
