import type { Request, RequestHandler } from 'express'
import type { Logger } from 'pino'
import { NoAnswer } from '#commands/stream-writer/errors.ts'
import { DatabaseUnavailable } from '#platform/postgres/unavailable.ts'
import type { PositionWaiter } from '#projections/position-waiter.ts'
import { anonymous, type Credential } from '../auth/credential.ts'
import { isRefusal, type ProblemCode, type Refusal, refuse } from '../problems.ts'
import type { PreparedRequest, RequestContext, Route } from '../route.ts'
import { type Admission, admit } from './admission.ts'
import { send, type WrittenAnswer, writtenAnswer, writtenRefusal } from './answer.ts'
import { readBody } from './body.ts'
import type { Idempotency } from './idempotency.ts'
import type { RequestMetrics } from './metrics.ts'
import { attemptOf, awaitMinPosition, prepareRequest, withStaleness } from './reading.ts'
import { type Trace, traceOf } from './trace.ts'

/** What the handling of every request needs, on any route. */
export type Shell = Admission & {
  readonly idempotency: Idempotency
  /** Waits until a read model has reached a position, for a bounded time. */
  readonly waitForPosition: PositionWaiter
  readonly metrics: RequestMetrics
  readonly logger: Logger
  /** Random UUIDs. */
  readonly newId: () => string
  /** A monotonic clock in milliseconds. */
  readonly monotonic: () => number
  /** Requests in progress at once. More are refused with `overloaded`. */
  readonly requestsMax: number
}

type Outcome = {
  readonly answer: WrittenAnswer
  readonly code?: ProblemCode
  readonly credential: Credential
  readonly isPending?: boolean
}

/** Makes the handler of each route, so that every route has tracing, limits, metrics and logs. */
export const createPipeline = (shell: Shell): ((route: Route) => RequestHandler) => {
  let underWay = 0
  return (route) => async (request, response) => {
    const startedAt = shell.monotonic()
    const trace = traceOf(request.headers, shell.newId)
    underWay += 1
    const outcome =
      underWay > shell.requestsMax && route.probe !== true
        ? refusedOutcome(overloaded, trace, anonymous)
        : await outcomeOf(shell, route, request, trace)
    underWay -= 1
    if (!response.destroyed) send(response, trace, outcome.answer)
    const seconds = (shell.monotonic() - startedAt) / 1_000
    shell.metrics.observe({ method: route.method, route: route.path, status: outcome.answer.status, seconds })
    logRequest(shell.logger, { route, trace, outcome, seconds })
  }
}

const overloaded: Refusal = {
  ...refuse('overloaded', 'Too many requests are in progress. Try again shortly.'),
  retryAfterSeconds: 1,
}

const refusedOutcome = (refusal: Refusal, trace: Trace, credential: Credential): Outcome => ({
  answer: writtenRefusal(refusal, trace.traceId),
  code: refusal.code,
  credential,
})

/** Checks the credential, then the body, then runs the use case. Never throws. */
const outcomeOf = async (shell: Shell, route: Route, request: Request, trace: Trace): Promise<Outcome> => {
  let credential = anonymous
  const refused = (refusal: Refusal): Outcome => refusedOutcome(refusal, trace, credential)
  try {
    const caller = await admit(shell, route, request)
    if (isRefusal(caller)) return refused(caller)
    credential = caller
    const rawBody = route.method === 'get' ? emptyBody : await readBody(request)
    if (!Buffer.isBuffer(rawBody)) return refused(rawBody)
    const prepared = prepareRequest(route, request, rawBody)
    if (isRefusal(prepared)) return refused(prepared)
    return await answerOf(shell, { route, request, trace, credential, rawBody, prepared })
  } catch (error) {
    if (error instanceof NoAnswer) return refused({ ...refuse(error.code, `${error.message}.`), retryAfterSeconds: 1 })
    if (error instanceof DatabaseUnavailable) {
      shell.logger.warn({ err: error, traceId: trace.traceId, operation: route.name }, 'the database is unavailable')
      return refused({
        ...refuse('unavailable', 'The database cannot be reached at the moment.'),
        retryAfterSeconds: 1,
      })
    }
    shell.logger.error({ err: error, traceId: trace.traceId, operation: route.name }, 'request failed')
    return refused(refuse('internal_error', 'Something went wrong on our side. Our logs have it under the traceId.'))
  }
}

const emptyBody = Buffer.alloc(0)

type ValidRequest = {
  readonly route: Route
  readonly request: Request
  readonly trace: Trace
  readonly credential: Credential
  readonly rawBody: Buffer
  readonly prepared: PreparedRequest
}

/** The kept answer of an earlier attempt with the same key, or else the answer of the use case. */
const answerOf = async (shell: Shell, valid: ValidRequest): Promise<Outcome> => {
  const { route, request, trace, credential, prepared } = valid
  const attempt = attemptOf(shell.idempotency, { route, request, credential, prepared })
  if (attempt === undefined) return handled(shell, valid, shell.newId())
  if (isRefusal(attempt)) return refusedOutcome(attempt, trace, credential)
  const earlier = await shell.idempotency.find(attempt)
  if (earlier !== undefined)
    return isRefusal(earlier) ? refusedOutcome(earlier, trace, credential) : { answer: earlier, credential }
  const outcome = await handled(shell, valid, attempt.commandId)
  if (!outcome.isPending) shell.idempotency.keep(attempt, outcome.answer, outcome.code)
  return outcome
}

const handled = async (shell: Shell, valid: ValidRequest, commandId: string): Promise<Outcome> => {
  const { route, request, trace, credential, rawBody, prepared } = valid
  const staleness = await awaitMinPosition(shell.waitForPosition, route, prepared)
  const context: RequestContext = {
    origin: { commandId, actor: credential.id, correlationId: trace.correlationId, traceparent: trace.traceparent },
    credential,
    rawBody,
    header: (name) => {
      const value = request.headers[name]
      return typeof value === 'string' ? value : undefined
    },
  }
  const given = await prepared.handle(context)
  if (isRefusal(given))
    return refusedOutcome({ ...given, members: { ...given.members, ...staleness } }, trace, credential)
  const { isPending = false } = given
  return { answer: writtenAnswer(route, withStaleness(given, staleness)), credential, isPending }
}

/**
 * Refusals are logged at `info`, failures at `warn`. Successes are counted in the metrics and logged only at `debug`, because a
 * line for each costs a quarter of the throughput. The URL, headers and bodies are never logged: they contain keys, tokens and
 * personal data.
 */
const logRequest = (
  logger: Logger,
  done: { readonly route: Route; readonly trace: Trace; readonly outcome: Outcome; readonly seconds: number },
): void => {
  const { answer, code, credential } = done.outcome
  const level = answer.status >= 500 ? 'warn' : answer.status >= 400 ? 'info' : 'debug'
  logger[level](
    {
      requestId: done.trace.requestId,
      correlationId: done.trace.correlationId,
      traceId: done.trace.traceId,
      operation: done.route.name,
      status: answer.status,
      code,
      credential: credential.id,
      milliseconds: Math.round(done.seconds * 1_000_000) / 1_000,
    },
    'request',
  )
}
