import { createSecretKey, randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { createApp } from '../app.ts'
import { createAuthenticate, storefrontKey } from '../auth/credential.ts'
import { createVerifyStaffToken, signStaffToken } from '../auth/staff-token.ts'
import { createIdempotency } from '../http/idempotency.ts'
import { createRequestMetrics } from '../http/metrics.ts'
import type { Shell } from '../http/pipeline.ts'
import { apiRoutes } from '../routes.ts'
import { type ServerTimeouts, startServer } from '../server.ts'
import { createOrderTokens } from '../tokens/order-token.ts'
import { createReservationTokens } from '../tokens/reservation-token.ts'
import { noon, type UseCases, useCases } from './use-cases.ts'

// The API on a real socket, with stand-ins for the use cases. Every answer is checked against the schema of its route, so each
// test is also a test of the contract.

export const shopKey = 'shop-key-0123456789-0123456789-0123456789'
const staffSecret = Buffer.from('a secret of staff tokens, for tests alone')
const key = createSecretKey(Buffer.alloc(32, 7))

export const orderTokens = createOrderTokens(key)
export const reservationTokens = createReservationTokens(key)

export const staffToken = (role: 'staff' | 'admin' = 'staff', expiresAt = noon + 60_000): Promise<string> =>
  signStaffToken(staffSecret, { subject: 'grace', role, issuedAt: noon - 60_000, expiresAt })

export type Call = {
  readonly credential?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Sent as it is, without a content type. */
  readonly raw?: string
}
export type Reply = {
  readonly status: number
  readonly contentType: string
  readonly headers: Headers
  readonly text: string
  readonly body: unknown
}

/** Finished answers in memory, as the text that Redis would store. */
const memory = () => {
  const kept = new Map<string, string>()
  return {
    kept,
    answers: { find: async (id: string) => kept.get(id), keep: (id: string, text: string) => void kept.set(id, text) },
  }
}

export const startApi = async (
  given: {
    readonly useCases?: Partial<UseCases>
    readonly shell?: Partial<Shell>
    readonly timeouts?: ServerTimeouts
  } = {},
) => {
  const cases = { ...useCases(), ...given.useCases }
  const { kept, answers } = memory()
  const logged: string[] = []
  const routes = apiRoutes({ ...cases, orderTokens, reservationTokens })
  const shell: Shell = {
    authenticate: createAuthenticate({
      storefrontKeys: [storefrontKey('other', 'x'.repeat(40)), storefrontKey('shop', shopKey)],
      verifyStaffToken: createVerifyStaffToken({ kind: 'secret', secret: staffSecret }, () => noon),
    }),
    orderTokens,
    idempotency: createIdempotency(answers, key),
    waitForPosition: async () => ({ stale: false }),
    metrics: createRequestMetrics(cases.registry),
    logger: pino({ level: 'debug' }, { write: (line) => void logged.push(line) }),
    newId: randomUUID,
    monotonic: () => performance.now(),
    requestsMax: 100,
    ...given.shell,
  }
  const server = await startServer(createApp(shell, routes), { host: '127.0.0.1', port: 0, timeouts: given.timeouts })

  const assertContract = (method: string, path: string, reply: Reply): void => {
    if (!reply.contentType.startsWith('application/json')) return
    const [pathname = ''] = path.split('?')
    const route = routes.find(
      (known) =>
        known.method === method.toLowerCase() &&
        new RegExp(`^${known.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
    )
    const schema = route?.responses[reply.status]?.body
    if (schema === undefined) throw new Error(`${method} ${path} answered ${reply.status}, which no route describes`)
    schema.parse(reply.body)
  }

  const call = async (method: string, path: string, { credential = shopKey, headers, body, raw }: Call = {}) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        ...(credential === '' ? {} : { authorization: `Bearer ${credential}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined && raw === undefined ? {} : { body: raw ?? JSON.stringify(body) }),
    })
    const text = await response.text()
    const contentType = response.headers.get('content-type') ?? ''
    const reply: Reply = {
      status: response.status,
      contentType,
      headers: response.headers,
      text,
      body: contentType.includes('json') && text !== '' ? JSON.parse(text) : undefined,
    }
    assertContract(method, path, reply)
    return reply
  }
  return { call, server, kept, logged, close: () => server.close(Promise.resolve()) }
}

export type RunningApi = Awaited<ReturnType<typeof startApi>>
