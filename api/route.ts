import { z } from 'zod'
import type { Origin } from '#commands/context.ts'
import type { Credential } from './auth/credential.ts'
import { validationProblem } from './http/validation.ts'
import { isRefusal, type ProblemCode, type Refusal, refuse } from './problems.ts'

// One definition of a route is the source of its routing, its validation, its typing and its place in the OpenAPI
// document, so that none of them can drift from another.

/**
 * Who may call: `open` needs no credential; `shopper` a storefront key or staff; `order` the token of the order that
 * `orderId` in the path names, or staff; `staff` staff or admin; `admin` admin alone.
 */
export type Access = 'open' | 'shopper' | 'order' | 'staff' | 'admin'

/** The read models that a query can wait for (`minPosition`). */
export type ReadModel = 'catalogue' | 'stock' | 'holds' | 'orders' | 'timeline'

export type RequestContext = {
  /**
   * Who asks. `commandId` derives from credential, method, path and Idempotency-Key, and is random without a key. The
   * correlation id becomes that of the events, unless they are about an order or a reservation.
   */
  readonly origin: Origin
  readonly credential: Credential
  /** The bytes of the body as they came in, for signatures over them. */
  readonly rawBody: Buffer
  readonly header: (name: string) => string | undefined
}

/** Whether the caller named a position to wait for: what is cached may be older than that. */
type Freshness = { readonly isFreshWanted: boolean }

/** What a handler may answer with. */
export type Immutable<Value> = Value extends readonly (infer Item)[]
  ? ReadonlyArray<Immutable<Item>>
  : Value extends object
    ? { readonly [Key in keyof Value]: Immutable<Value[Key]> }
    : Value

/** What a schema made of JSON or of a query string: neither can say undefined, so a field that is left out is absent. */
export type Received<Value> = Value extends readonly (infer Item)[]
  ? ReadonlyArray<Received<Item>>
  : Value extends object
    ? { readonly [Key in keyof Value]: Received<Exclude<Value[Key], undefined>> }
    : Value

export type ResponseDefinition = {
  readonly description: string
  readonly body: z.ZodType
  /** `application/json` where left out. Bodies of other types are strings. */
  readonly contentType?: string
}
type Responses = Readonly<Record<number, ResponseDefinition>>

export type RouteAnswer = {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** It says that nothing is decided yet: a retry under the same key is asked anew, and not answered with this. */
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

export type Method = 'get' | 'post' | 'put' | 'patch'

export type RouteFacts = {
  readonly method: Method
  /** As OpenAPI writes it: `/v1/orders/{orderId}`. */
  readonly path: string
  /** Unique: the operation's id in the OpenAPI document. */
  readonly name: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly access: Access
  /** Set on queries of a read model: they accept `minPosition` and may answer `stale: true` with `behind`. */
  readonly reads?: ReadModel
  /** What the use case itself may refuse; what the shell refuses (401, 422, …) is documented from the other facts. */
  readonly refusals?: readonly ProblemCode[]
  /** Probes are answered even when the server is full. */
  readonly probe?: boolean
  /** The body is taken as bytes and left to the handler. */
  readonly rawBody?: boolean
}

export type RouteInput = { readonly params: unknown; readonly query: unknown; readonly body: unknown }

/** A request that fits its schemas. `params` and `body` are what the schemas made of them. */
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

/** Positions of the log are opaque to callers: what a command answered goes back in as it came. */
const minPositionSchema = z
  .string()
  .regex(/^\d{1,19}$/, 'a position as a command answered it')
  .transform(BigInt)
  .optional()
  .meta({ description: 'Wait until the read model holds this position (a bounded time, else the answer is `stale`).' })

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
    // An address that cannot name anything is an address where nothing is.
    if (isRefusal(params)) return refuse('route_not_found', 'Nothing is at this address.', params.members)
    const query = parsePart(querySchema, 'query', input.query)
    if (isRefusal(query)) return query
    const body = parsePart(bodySchema, 'body', input.body)
    if (isRefusal(body)) return body
    // The schemas above are these types' own, or accept nothing but their empty default.
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
