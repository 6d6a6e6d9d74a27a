import { expect } from 'vitest'
import { type ProblemCode, problems } from '../problems.ts'
import type { Reply } from './running-api.ts'

/** Expects a complete problem document with this code, without a stack trace or a file's path. */
export const expectProblem = (reply: Reply, code: ProblemCode, errorPath?: string): void => {
  expect(reply.contentType).toBe('application/problem+json')
  expect(reply.status).toBe(problems[code].status)
  expect(reply.body).toMatchObject({
    type: `/docs#problem-${code}`,
    title: problems[code].title,
    status: problems[code].status,
    detail: expect.stringMatching(/.{10}/),
    code,
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    ...(errorPath === undefined ? {} : { errors: [{ path: errorPath }] }),
  })
  expect(reply.text).not.toMatch(/\\n\s+at |node_modules|\.ts:\d/)
}
