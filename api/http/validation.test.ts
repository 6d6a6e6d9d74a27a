import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { mayHoldUnstorableText, unstorableText, validationProblem } from './validation.ts'

const errorOf = (schema: z.ZodType, value: unknown): z.ZodError => {
  const { error } = schema.safeParse(value)
  if (error === undefined) throw new Error('the value matches the schema')
  return error
}

describe('a value that does not match its schema', () => {
  test('is refused with the path of each error', () => {
    const schema = z.strictObject({ lines: z.array(z.strictObject({ quantity: z.int().min(1) })) })
    expect(validationProblem('body', errorOf(schema, { lines: [{ quantity: 1 }, { quantity: 0 }], more: 1 }))).toEqual({
      code: 'validation_failed',
      detail: 'body.lines.1.quantity: Too small: expected number to be >=1',
      members: {
        errors: [
          { path: 'body.lines.1.quantity', message: 'Too small: expected number to be >=1' },
          { path: 'body', message: 'Unrecognized key: "more"' },
        ],
      },
    })
  })

  test('is refused with at most twenty errors', () => {
    const problem = validationProblem('body', errorOf(z.array(z.int()), Array(1_000).fill('x')))
    expect(problem.members?.errors).toHaveLength(20)
  })
})

describe('text that the databases cannot store', () => {
  test.each([
    ['NUL', { a: ['b', { c: 'x\0y' }] }, 'body.a.1.c'],
    ['half a surrogate pair', { a: '\ud83d' }, 'body.a'],
    ['NUL in a key', { 'a\0': 1 }, 'body.a'],
  ])('%s is found', (_what, value, path) => {
    expect(unstorableText('body', value)?.members).toMatchObject({ errors: [{ path }] })
    expect(mayHoldUnstorableText(JSON.stringify(value))).toBe(true)
  })

  test('any other text is accepted', () => {
    const value = { a: ['é👍\n\t', 1, null, true], b: { c: '' } }
    expect(unstorableText('body', value)).toBeUndefined()
    expect(mayHoldUnstorableText(JSON.stringify(value))).toBe(false)
    expect(unstorableText('body', { a: '\\u0000' })).toBeUndefined()
  })
})
