import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { send, writtenRefusal } from './http/answer.ts'
import { createPipeline, type Shell } from './http/pipeline.ts'
import { traceOf } from './http/trace.ts'
import { type Refusal, refuse } from './problems.ts'
import type { Route } from './route.ts'

/** The HTTP application: the routes, and a problem document for every other address and method. */
export const createApp = (shell: Shell, routes: readonly Route[]): Express => {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  const handlerOf = createPipeline(shell)
  for (const route of routes) app[route.method](expressPath(route.path), handlerOf(route))

  const answerWith =
    (refusal: Refusal, headers: Readonly<Record<string, string>> = {}): RequestHandler =>
    (request, response) => {
      const trace = traceOf(request.headers, shell.newId)
      const written = writtenRefusal(refusal, trace.traceId)
      send(response, trace, { ...written, headers: { ...written.headers, ...headers } })
    }
  for (const path of new Set(routes.map((route) => route.path))) {
    const allow = allowedMethods(routes.filter((route) => route.path === path))
    app.all(expressPath(path), answerWith(refuse('method_not_allowed', `This address takes ${allow}.`), { allow }))
  }
  app.use(answerWith(refuse('route_not_found', 'There is nothing at this address. /docs lists all addresses.')))
  app.use(refuseUnreadable(answerWith(refuse('malformed_request', 'The address of the request cannot be read.'))))
  return app
}

const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')

const allowedMethods = (routes: readonly Route[]): string =>
  routes.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])).join(', ')

/** Handlers answer their own errors. An error that arrives here is an address that Express could not decode. */
const refuseUnreadable =
  (answer: RequestHandler): ErrorRequestHandler =>
  (_error, request, response, next) => {
    if (response.headersSent) response.destroy()
    else answer(request, response, next)
  }
