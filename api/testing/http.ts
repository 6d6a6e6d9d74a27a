import { expect } from 'vitest'
import { type Action, type Expectation, type Given, givenIn } from '#commands/testing/scenario.ts'
import type { ProblemCode } from '../problems.ts'
import { type Call, type Reply, type RunningApi, staffToken } from './running-api.ts'

// The given / when / then of use-case tests, over HTTP: the world is the running API of the test file.

export type HttpWorld = RunningApi
type Sent = Action<HttpWorld, Reply>

/** `api` answers the API that the file has started, because it starts after the tests are declared. */
export const givenApi = (api: () => HttpWorld): Given<HttpWorld> => givenIn(api)

export const sends =
  (method: string, path: string, call: Call = {}): Sent =>
  (api) =>
    api.call(method, path, call)

export const gets = (path: string, call: Call = {}): Sent => sends('GET', path, call)

/** The same request with a token of staff. */
export const sendsAsStaff =
  (
    method: string,
    path: string,
    { role = 'staff', ...call }: Call & { readonly role?: 'staff' | 'admin' } = {},
  ): Sent =>
  async (api) =>
    api.call(method, path, { ...call, credential: await staffToken(role) })

export const status =
  (wanted: number): Expectation<HttpWorld, Reply> =>
  (_, reply) =>
    expect(reply.status).toBe(wanted)

/** A problem document with this status and code. */
export const problem =
  (wanted: number, code: ProblemCode): Expectation<HttpWorld, Reply> =>
  (_, { status, contentType, body }) =>
    expect({ status, contentType, body }).toMatchObject({
      status: wanted,
      contentType: 'application/problem+json',
      body: { code },
    })

export const header =
  (name: string, value: string): Expectation<HttpWorld, Reply> =>
  (_, reply) =>
    expect(reply.headers.get(name)).toBe(value)
