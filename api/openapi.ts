import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'
import { bodyBytesMax } from './http/body.ts'
import { keyCharactersMax, keyCharactersMin } from './http/idempotency.ts'
import { type ProblemCode, problemContentType, problems } from './problems.ts'
import type { Access, Route } from './route.ts'

// The OpenAPI 3.1 document. It is derived from the routes that are served.

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().meta({ description: 'Stable: programs decide by this code.' }),
    traceId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .loose()
  .meta({ id: 'Problem', description: 'A problem document (RFC 9457). Some codes add further members.' })

const stalenessFields = {
  stale: z
    .literal(true)
    .optional()
    .meta({ description: 'Present if the read model did not reach `minPosition` in time.' }),
  behind: z
    .int()
    .optional()
    .meta({ description: 'How far the read model is behind `minPosition`, in positions of the log.' }),
}

const admissionProblems: Readonly<Record<Access, readonly ProblemCode[]>> = {
  open: [],
  shopper: ['unauthenticated', 'rate_limited'],
  order: ['unauthenticated', 'order_token_required', 'rate_limited'],
  staff: ['unauthenticated', 'forbidden', 'rate_limited'],
  admin: ['unauthenticated', 'forbidden', 'rate_limited'],
}

const takesIdempotencyKey = (route: Route): boolean => route.method !== 'get' && route.access !== 'open'

/** Every code with which a request to the route can be refused. */
export const refusalsOf = (route: Route): readonly ProblemCode[] => {
  const codes: ProblemCode[] = [...admissionProblems[route.access], ...(route.refusals ?? [])]
  if (route.probe !== true) codes.push('overloaded')
  if (route.reads !== undefined) codes.push('unavailable')
  if (route.params !== undefined) codes.push('route_not_found')
  if (Object.keys(route.query?.shape ?? {}).length > 0) codes.push('validation_failed')
  if (route.method !== 'get') codes.push('body_too_large')
  if (route.method !== 'get' && route.rawBody !== true)
    codes.push('malformed_json', 'unsupported_media_type', 'validation_failed')
  if (takesIdempotencyKey(route)) codes.push('invalid_idempotency_key', 'idempotency_key_reused')
  return [...new Set([...codes, 'internal_error' as const])]
}

const refusalResponses = (route: Route): RouteConfig['responses'] => {
  const codes = refusalsOf(route)
  const statuses = [...new Set(codes.map((code) => problems[code].status))].sort((a, b) => a - b)
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: codes
          .filter((code) => problems[code].status === status)
          .map((code) => `\`${code}\`: ${problems[code].title}.`)
          .join(' '),
        content: { [problemContentType]: { schema: problemSchema } },
      },
    ]),
  )
}

const answerResponses = (route: Route): RouteConfig['responses'] =>
  Object.fromEntries(
    Object.entries(route.responses).map(([status, { description, body, contentType = 'application/json' }]) => [
      status,
      { description, content: { [contentType]: { schema: withStaleness(route, body) } } },
    ]),
  )

const withStaleness = (route: Route, body: z.ZodType): z.ZodType =>
  route.reads !== undefined && body instanceof z.ZodObject ? body.extend(stalenessFields) : body

const headersOf = (route: Route): z.ZodObject => {
  const orderToken = z
    .string()
    .optional()
    .meta({ description: 'The `orderToken` that placing the order answered. Staff do not need it.' })
  const idempotencyKey = z.string().min(keyCharactersMin).max(keyCharactersMax).optional().meta({
    description: 'Unique for each action of a shopper. A retry with the same key gets the same answer.',
  })
  return z.object({
    ...(route.access === 'order' ? { 'Order-Token': orderToken } : {}),
    ...(takesIdempotencyKey(route) ? { 'Idempotency-Key': idempotencyKey } : {}),
  })
}

const securityOf = (access: Access): Array<Record<string, string[]>> => {
  if (access === 'open') return []
  return access === 'staff' || access === 'admin' ? [{ staff: [] }] : [{ storefront: [] }, { staff: [] }]
}

const operationOf = (route: Route): RouteConfig => ({
  method: route.method,
  path: route.path,
  operationId: route.name,
  tags: [route.tag],
  summary: route.summary,
  ...(route.description === undefined ? {} : { description: route.description }),
  security: securityOf(route.access),
  request: {
    ...(route.params === undefined ? {} : { params: route.params }),
    ...(route.query === undefined ? {} : { query: route.query }),
    headers: headersOf(route),
    ...(route.body === undefined
      ? {}
      : {
          body: {
            required: !route.body.safeParse(undefined).success,
            content: { 'application/json': { schema: route.body } },
          },
        }),
  },
  // If the route itself answers with the status of a refusal (the 503 of a probe), its description counts.
  responses: { ...refusalResponses(route), ...answerResponses(route) },
})

export type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>

export const openApiDocument = (routes: readonly Route[]): OpenApiDocument => {
  const registry = new OpenAPIRegistry()
  registry.registerComponent('securitySchemes', 'storefront', {
    type: 'http',
    scheme: 'bearer',
    description: 'A storefront key. Requests for one order also need the Order-Token header.',
  })
  registry.registerComponent('securitySchemes', 'staff', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token of a member of staff: `sub`, `exp` and `role`, which is `staff` or `admin`.',
  })
  for (const route of routes) registry.registerPath(operationOf(route))
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version: '1',
      description:
        'Orders and inventory. Prices are integers in minor units of their currency, times are RFC 3339 in UTC. Every ' +
        'command answers a `position`. A query that gets it as `minPosition` answers from a state that includes the ' +
        `command. Bodies are JSON of at most ${bodyBytesMax} bytes. Unknown fields are refused.`,
    },
    servers: [{ url: '/' }],
  })
}
