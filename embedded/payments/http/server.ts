// HTTP around the pipeline: the API key, the form body, Stripe's headers, the routes.

import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express'
import type { Operation } from '../faults/fault-plan.ts'
import type { Faults } from '../faults/faults.ts'
import { newId } from '../objects/ids.ts'
import { internalError, invalidApiKey, invalidRequest, unknownUrl } from '../objects/refusal.ts'
import { answerRefusal, type Endpoint } from './call.ts'
import type { Params } from './params.ts'
import type { Pipeline } from './pipeline.ts'
import { apiVersion } from './record.ts'
import { listCharges, retrieveCharge } from './routes/charges.ts'
import { disputeCharge, listDisputes, retrieveDispute, settleDispute } from './routes/disputes.ts'
import { listEvents, retrieveEvent } from './routes/events.ts'
import { setFaults, showFaults } from './routes/faults.ts'
import * as intents from './routes/payment-intents.ts'
import { createRefundOfPayment, listRefunds, retrieveRefund } from './routes/refunds.ts'
import * as simulator from './routes/simulator.ts'
import { send } from './send.ts'

const bodyBytesMax = 256 * 1024

type ServerOptions = {
  readonly pipeline: Pipeline
  readonly faults: Faults
  readonly refuseFor: (ms: number) => void
  readonly apiKey: string
  readonly canReset: boolean
  readonly now: () => number
}

export const paymentServer = (options: ServerOptions): Express => {
  const { pipeline, faults, apiKey, canReset, now } = options
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'extended')
  app.use(identify, requireKey(apiKey))
  app.use(express.urlencoded({ extended: true, limit: bodyBytesMax }), express.json({ limit: bodyBytesMax }))

  const answerBy =
    (endpoint: Endpoint, operation: Operation | null = null): RequestHandler =>
    async (request, response) => {
      const call = {
        method: request.method,
        path: request.path,
        operation,
        id: String(request.params.id ?? ''),
        params: paramsOf(request),
        idempotencyKey: request.method === 'POST' ? (request.get('Idempotency-Key') ?? null) : null,
        apiVersion: request.get('Stripe-Version') ?? null,
        requestId: String(response.locals.requestId),
        at: now(),
        newId,
      }
      const answer = await pipeline(call, endpoint)
      if (answer === 'silent') return
      if (answer === 'dropped') {
        request.socket.destroy()
        return
      }
      if (call.idempotencyKey !== null) response.set('Idempotency-Key', call.idempotencyKey)
      if (answer.replayOf !== undefined)
        response.set({ 'Idempotent-Replayed': 'true', 'Original-Request': answer.replayOf })
      if (answer.retryAfterSeconds !== undefined) response.set('Retry-After', String(answer.retryAfterSeconds))
      send(response, answer)
    }

  app.post('/v1/payment_intents', answerBy(intents.createIntent, 'create'))
  app.get('/v1/payment_intents', answerBy(intents.listIntents, 'list'))
  app.get('/v1/payment_intents/:id', answerBy(intents.retrieveIntent, 'retrieve'))
  app.post('/v1/payment_intents/:id/confirm', answerBy(intents.confirmIntent, 'confirm'))
  app.post('/v1/payment_intents/:id/capture', answerBy(intents.captureIntent, 'capture'))
  app.post('/v1/payment_intents/:id/cancel', answerBy(intents.cancelIntent, 'cancel'))
  app.post('/v1/refunds', answerBy(createRefundOfPayment, 'refund'))
  app.get('/v1/refunds', answerBy(listRefunds, 'list'))
  app.get('/v1/refunds/:id', answerBy(retrieveRefund, 'retrieve'))
  app.get('/v1/charges', answerBy(listCharges, 'list'))
  app.get('/v1/charges/:id', answerBy(retrieveCharge, 'retrieve'))
  app.get('/v1/disputes', answerBy(listDisputes, 'list'))
  app.get('/v1/disputes/:id', answerBy(retrieveDispute, 'retrieve'))
  app.get('/v1/events', answerBy(listEvents, 'list'))
  app.get('/v1/events/:id', answerBy(retrieveEvent, 'retrieve'))
  app.post('/simulator/payment_intents/:id/authenticate', answerBy(simulator.authenticateIntent))
  app.post('/simulator/payment_intents/:id/settle', answerBy(simulator.settleIntent))
  app.post('/simulator/refunds/:id/settle', answerBy(simulator.settleRefundOfPayment))
  app.post('/simulator/charges/:id/dispute', answerBy(disputeCharge))
  app.post('/simulator/disputes/:id/close', answerBy(settleDispute))
  app.get('/simulator/charges', answerBy(simulator.showCharges))
  app.get('/simulator/faults', showFaults(faults))
  app.put('/simulator/faults', setFaults(faults, options.refuseFor))
  if (canReset) app.post('/simulator/reset', answerBy(simulator.resetLedger))

  app.use((request, response) => send(response, answerRefusal(unknownUrl(request.method, request.path))))
  app.use(answerBrokenBody)
  return app
}

const paramsOf = (request: Request): Params => {
  const params: unknown = request.method === 'GET' ? request.query : request.body
  return typeof params === 'object' && params !== null ? { ...params } : {}
}

const identify: RequestHandler = (request, response, next) => {
  response.locals.requestId = newId('req')
  response.set({
    'Request-Id': response.locals.requestId,
    'Stripe-Version': request.get('Stripe-Version') ?? apiVersion,
  })
  next()
}

/** The key comes as a bearer token, as the SDK sends it, or as the user name of Basic auth, as with curl -u. */
const requireKey =
  (apiKey: string): RequestHandler =>
  (request, response, next) => {
    const [scheme, credentials = ''] = (request.get('Authorization') ?? '').split(' ')
    const key = scheme === 'Basic' ? Buffer.from(credentials, 'base64').toString().split(':')[0] : credentials
    if (key === apiKey) next()
    else send(response, answerRefusal(invalidApiKey(credentials !== '')))
  }

/** Express's parsers throw for a body that is too long or malformed; nothing else reaches this. */
const answerBrokenBody: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) {
    next(error)
    return
  }
  const isCallers = typeof error?.status === 'number' && error.status < 500
  send(response, answerRefusal(isCallers ? invalidRequest('The request body could not be read.') : internalError))
}
