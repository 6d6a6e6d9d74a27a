// Form parameters, which are strings, lists and maps of strings, and Stripe's errors about them. A parameter that the
// simulator does not know is refused as Stripe refuses one that does not exist, so nothing is silently ignored.

import { z } from 'zod'
import type { ListFilter } from '../ledger/ledger.ts'
import { invalidRequest, type Refusal } from '../objects/refusal.ts'

export type Params = { readonly [name: string]: unknown }

const timestampMax = 10_000_000_000

export const integer = (from: number, to: number) =>
  z
    .string()
    .regex(/^-?\d{1,12}$/, 'it takes an integer')
    .transform(Number)
    .pipe(z.number().min(from, `it takes at least ${from}`).max(to, `it takes at most ${to}`))

export const boolean = z.enum(['true', 'false'], 'it takes true or false').transform((text) => text === 'true')

export const text = (lengthMax: number) => z.string().min(1, 'it takes a text').max(lengthMax)

const metadataKeysMax = 50

export const metadata = z
  .record(z.string().min(1).max(40), z.string().max(500))
  .refine((entries) => Object.keys(entries).length <= metadataKeysMax, `it takes at most ${metadataKeysMax} keys`)
  .default({})

const timestamp = integer(0, timestampMax)

const created = z.union([
  timestamp,
  z.strictObject({
    gt: timestamp.optional(),
    gte: timestamp.optional(),
    lt: timestamp.optional(),
    lte: timestamp.optional(),
  }),
])

export const listing = {
  limit: integer(1, 100).default(10),
  starting_after: text(255).optional(),
  ending_before: text(255).optional(),
  created: created.optional(),
}

export type Listing = {
  readonly limit: number
  readonly starting_after?: string | undefined
  readonly ending_before?: string | undefined
  readonly created?: z.infer<typeof created> | undefined
}

export const listFilter = (params: Listing): ListFilter => ({
  limit: params.limit,
  startingAfter: params.starting_after,
  endingBefore: params.ending_before,
  ...createdBounds(params.created),
})

const createdBounds = (range: Listing['created']): Pick<ListFilter, 'createdFrom' | 'createdTo'> => {
  if (range === undefined) return {}
  if (typeof range === 'number') return { createdFrom: range, createdTo: range }
  return {
    createdFrom: Math.max(range.gte ?? 0, range.gt === undefined ? 0 : range.gt + 1),
    createdTo: Math.min(range.lte ?? timestampMax, range.lt === undefined ? timestampMax : range.lt - 1),
  }
}

/** Stripe reports the first thing that is wrong. */
export const refusalOf = (error: z.ZodError, params: Params): Refusal => {
  const issue = error.issues[0]
  if (issue === undefined) return invalidRequest('The parameters are invalid.')
  if (issue.code === 'unrecognized_keys') {
    const param = paramName([...issue.path, issue.keys[0] ?? ''])
    return invalidRequest(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param })
  }
  const param = paramName(issue.path)
  const given = issue.path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    params,
  )
  if (given === undefined)
    return invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param })
  if (issue.message === 'it takes an integer')
    return invalidRequest(`Invalid integer: ${String(given)}`, { code: 'parameter_invalid_integer', param })
  return invalidRequest(`Invalid ${param}: ${issue.message}`, { param })
}

const paramName = ([first = '', ...rest]: readonly PropertyKey[]): string =>
  String(first) + rest.map((key) => `[${String(key)}]`).join('')
