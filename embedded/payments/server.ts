// HTTP around the pipeline: the API key, the form body, Stripe's headers, the routes.

import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import { type Answer, answerRefusal, type Endpoint } from './call.ts'
import { newId } from './ids.ts'
import type { Params } from './params.ts'
import type { Pipeline } from './pipeline.ts'
import { apiVersion } from './record.ts'
import { internalError, invalidApiKey, invalidRequest, unknownUrl } from './refusal.ts'
import { listCharges, retrieveCharge } from './routes/charges.ts'
import { listEvents, retrieveEvent } from './routes/events.ts'
import * as intents from './routes/payment-intents.ts'
import { createRefundOfPayment, listRefunds, retrieveRefund } from './routes/refunds.ts'
import * as simulator from './routes/simulator.ts'

const bodyBytesMax = 256 * 1024

type ServerOptions = {
  readonly pipeline: Pipeline
  readonly apiKey: string
  readonly canReset: boolean
  readonly now: () => number
}

export const paymentServer = ({ pipeline, apiKey, canReset, now }: ServerOptions): Express => {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'extended')
  app.use(identify, requireKey(apiKey))
  app.use(express.urlencoded({ extended: true, limit: bodyBytesMax }), express.json({ limit: bodyBytesMax }))

  const answerBy =
    (endpoint: Endpoint): RequestHandler =>
    async (request, response) => {
      const call = {
        method: request.method,
        path: request.path,
        id: String(request.params.id ?? ''),
        params: paramsOf(request),
        idempotencyKey: request.method === 'POST' ? (request.get('Idempotency-Key') ?? null) : null,
        apiVersion: request.get('Stripe-Version') ?? null,
        requestId: String(response.locals.requestId),
        at: now(),
        newId,
      }
      const answer = await pipeline(call, endpoint)
      if (call.idempotencyKey !== null) response.set('Idempotency-Key', call.idempotencyKey)
      if (answer.replayOf !== undefined)
        response.set({ 'Idempotent-Replayed': 'true', 'Original-Request': answer.replayOf })
      send(response, answer)
    }

  app.post('/v1/payment_intents', answerBy(intents.createIntent))
  app.get('/v1/payment_intents', answerBy(intents.listIntents))
  app.get('/v1/payment_intents/:id', answerBy(intents.retrieveIntent))
  app.post('/v1/payment_intents/:id/confirm', answerBy(intents.confirmIntent))
  app.post('/v1/payment_intents/:id/capture', answerBy(intents.captureIntent))
  app.post('/v1/payment_intents/:id/cancel', answerBy(intents.cancelIntent))
  app.post('/v1/refunds', answerBy(createRefundOfPayment))
  app.get('/v1/refunds', answerBy(listRefunds))
  app.get('/v1/refunds/:id', answerBy(retrieveRefund))
  app.get('/v1/charges', answerBy(listCharges))
  app.get('/v1/charges/:id', answerBy(retrieveCharge))
  app.get('/v1/events', answerBy(listEvents))
  app.get('/v1/events/:id', answerBy(retrieveEvent))
  app.post('/simulator/payment_intents/:id/authenticate', answerBy(simulator.authenticateIntent))
  app.post('/simulator/payment_intents/:id/settle', answerBy(simulator.settleIntent))
  app.post('/simulator/refunds/:id/settle', answerBy(simulator.settleRefundOfPayment))
  app.get('/simulator/charges', answerBy(simulator.showCharges))
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

const send = (response: Response, { status, body }: Answer): void => {
  response.status(status).set('Content-Type', 'application/json').end(body)
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
