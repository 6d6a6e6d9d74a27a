import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import { waitMillisecondsMax } from '#projections/position-waiter.ts'
import type { Credential } from './auth/credential.ts'
import { validationProblem } from './http/validation.ts'
import { isRefusal, type ProblemCode, type Refusal, refuse } from './problems.ts'

// The definition of a route is the only source of its routing, its validation, its types and its part of the OpenAPI document.

/**
 * Who may call. `open`: anybody. `shopper`: a storefront key or staff. `order`: a storefront key with the token of the order in
 * the path (`orderId`), or staff. `staff`: staff or admin. `admin`: admin only.
 */
export type Access = 'open' | 'shopper' | 'order' | 'staff' | 'admin'

/** The read models that a query can wait for with `minPosition`. */
type ReadModel = 'catalogue' | 'stock' | 'holds' | 'orders' | 'timeline'

export type RequestContext = {
  /**
   * Who asks. `commandId` is derived from credential, method, path and Idempotency-Key; without a key it is random. The
   * correlation id becomes that of the events, unless they are about an order or a reservation.
   */
  readonly origin: Origin
  readonly credential: Credential
  /** The bytes of the body as they were received, to check a signature. */
  readonly rawBody: Buffer
  readonly header: (name: string) => string | undefined
}

/** Whether the request has `minPosition`. Then a cached answer may be too old. */
type Freshness = { readonly isFreshWanted: boolean }

/** The same value, read-only at every depth. */
export type Immutable<Value> = Value extends readonly (infer Item)[]
  ? ReadonlyArray<Immutable<Item>>
  : Value extends object
    ? { readonly [Key in keyof Value]: Immutable<Value[Key]> }
    : Value

/** A parsed part of a request, read-only. JSON and query strings have no undefined, so a field that is left out is absent. */
export type Received<Value> = Value extends readonly (infer Item)[]
  ? ReadonlyArray<Received<Item>>
  : Value extends object
    ? { readonly [Key in keyof Value]: Received<Exclude<Value[Key], undefined>> }
    : Value

type ResponseDefinition = {
  readonly description: string
  readonly body: z.ZodType
  /** Default: `application/json`. The body of any other type is a string. */
  readonly contentType?: string
}
type Responses = Readonly<Record<number, ResponseDefinition>>

export type RouteAnswer = {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Nothing is decided yet. The answer is not kept, so a retry with the same Idempotency-Key runs the use case again. */
  readonly isPending?: boolean
}

type AnswerOf<Given extends Responses> = {
  [Status in keyof Given & number]: {
    readonly status: Status
    readonly body: Immutable<z.input<Given[Status]['body']>>
    readonly headers?: Readonly<Record<string, string>>
    readonly isPending?: boolean
  }
}[keyof Given & number]

type ParsedRequest<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> = RequestContext &
  Freshness & {
    readonly params: Received<z.output<Params>>
    readonly query: Received<z.output<Query>>
    readonly body: Received<z.output<Body>>
  }

type Method = 'get' | 'post' | 'put' | 'patch'

/** The chapters of the OpenAPI document. */
type Tag = 'Fulfilment' | 'Operations' | 'Orders' | 'Products' | 'Reservations' | 'Stock' | 'Webhooks'

export type RouteFacts = {
  readonly method: Method
  /** In the notation of OpenAPI: `/v1/orders/{orderId}`. */
  readonly path: string
  /** Unique. The `operationId` in the OpenAPI document. */
  readonly name: string
  readonly tag: Tag
  readonly summary: string
  readonly description?: string
  readonly access: Access
  /** The read model that a query reads. Such a query accepts `minPosition` and may answer `stale: true` with `behind`. */
  readonly reads?: ReadModel
  /** The refusals of the use case. Those of the pipeline (401, 422, …) are documented from the other facts. */
  readonly refusals?: readonly ProblemCode[]
  /** Answered even if too many requests are in progress. */
  readonly probe?: boolean
  /** The body is not parsed; the handler gets its bytes. */
  readonly rawBody?: boolean
}

type RouteInput = { readonly params: unknown; readonly query: unknown; readonly body: unknown }

/** A request that matches its schemas. `params` and `body` are parsed. */
export type PreparedRequest = {
  readonly params: unknown
  readonly body: unknown
  readonly minPosition?: bigint
  readonly handle: (context: RequestContext) => Promise<RouteAnswer | Refusal>
}

export type Route = RouteFacts & {
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly responses: Responses
  readonly prepare: (input: RouteInput) => PreparedRequest | Refusal
}

type Definition<
  Given extends Responses,
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
> = RouteFacts & {
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  readonly responses: Given
  readonly handle: (request: ParsedRequest<Params, Query, Body>) => Promise<AnswerOf<NoInfer<Given>> | Refusal>
}

type NoFields = z.ZodObject<Record<never, never>>
const noFields = z.strictObject({})
const noBody = noFields.optional()
export type NoBody = typeof noBody

const minPositionSchema = z
  .string()
  .regex(/^\d{1,19}$/, 'send a position that a command answered')
  .transform(BigInt)
  .optional()
  .meta({
    description: `Wait until the read model has reached this position, at most ${waitMillisecondsMax / 1_000} s. If it has not, the answer is \`stale\`.`,
  })

export const defineRoute = <
  const Given extends Responses,
  Params extends z.ZodObject = NoFields,
  Query extends z.ZodObject = NoFields,
  Body extends z.ZodType = NoBody,
>(
  definition: Definition<Given, Params, Query, Body>,
): Route => {
  const { handle, ...facts } = definition
  const paramsSchema = definition.params ?? noFields
  const ownQuery = definition.query ?? noFields
  const querySchema = definition.reads === undefined ? ownQuery : ownQuery.extend({ minPosition: minPositionSchema })
  const bodySchema = definition.body ?? noBody

  const prepare = (input: RouteInput): PreparedRequest | Refusal => {
    const params = parsePart(paramsSchema, 'path', input.params)
    // A path that does not match its schema names nothing, so it is answered like an unknown address.
    if (isRefusal(params)) return refuse('route_not_found', 'There is nothing at this address.', params.members)
    const query = parsePart(querySchema, 'query', input.query)
    if (isRefusal(query)) return query
    const body = parsePart(bodySchema, 'body', input.body)
    if (isRefusal(body)) return body
    // The three schemas are those of the definition, or accept only the empty default.
    const parsed = { params: params.value, query: query.value, body: body.value } as Omit<
      ParsedRequest<Params, Query, Body>,
      keyof RequestContext
    >
    const minPosition = definition.reads === undefined ? undefined : minPositionOf(query.value)
    return {
      params: params.value,
      body: body.value,
      ...(minPosition === undefined ? {} : { minPosition }),
      handle: (context) => handle({ ...parsed, ...context, isFreshWanted: minPosition !== undefined }),
    }
  }
  return { ...facts, query: querySchema, prepare }
}

const withMinPosition = z.object({ minPosition: z.bigint().optional() })
const minPositionOf = (query: unknown): bigint | undefined => withMinPosition.parse(query).minPosition

const parsePart = (schema: z.ZodType, part: string, input: unknown): { readonly value: unknown } | Refusal => {
  const parsed = schema.safeParse(input)
  if (!parsed.success) return validationProblem(part, parsed.error)
  return { value: parsed.data }
}
