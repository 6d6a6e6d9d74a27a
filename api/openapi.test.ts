import { createSecretKey } from 'node:crypto'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readModels } from '#projections/read-models.ts'
import { openApiDocument, refusalsOf } from './openapi.ts'
import { problems } from './problems.ts'
import { apiRoutes } from './routes.ts'
import { useCases } from './testing/use-cases.ts'
import { createOrderTokens } from './tokens/order-token.ts'
import { createReservationTokens } from './tokens/reservation-token.ts'

const key = createSecretKey(Buffer.alloc(32, 7))
const routes = apiRoutes({
  ...useCases(),
  orderTokens: createOrderTokens(key),
  reservationTokens: createReservationTokens(key),
})
const text = JSON.stringify(openApiDocument(routes))
const operationSchema = z.looseObject({
  operationId: z.string(),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), required: z.boolean() })).default([]),
  requestBody: z
    .object({ content: z.object({ 'application/json': z.object({ schema: z.looseObject({ $ref: z.string() }) }) }) })
    .optional(),
})
const document = z
  .object({
    openapi: z.string(),
    paths: z.record(z.string(), z.record(z.string(), operationSchema)),
    components: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  })
  .parse(JSON.parse(text))

const schemasWithin = (value: unknown): readonly object[] => {
  if (typeof value !== 'object' || value === null) return []
  const own = 'schema' in value && typeof value.schema === 'object' && value.schema !== null ? [value.schema] : []
  return [...own, ...Object.values(value).flatMap(schemasWithin)]
}

test('every route is documented, and every documented address has a route', () => {
  expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
    Object.entries(document.paths)
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
      .sort(),
  )
})

test('the names of operations are unique', () => {
  const names = Object.values(document.paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId))
  expect(new Set(names).size).toBe(names.length)
})

test('every schema is a JSON Schema of 2020-12, as OpenAPI 3.1 demands, and every reference can be resolved', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'openapi', components: document.components })
  const schemas = [...Object.values(document.components.schemas), ...schemasWithin(document.paths)]
  expect(schemas.length).toBeGreaterThan(100)
  const resolved = JSON.parse(JSON.stringify(schemas).replaceAll('"#/components', '"openapi#/components'))
  for (const schema of resolved) expect(() => ajv.compile(schema)).not.toThrow()
})

/** The fields that an empty object lacks for a schema. */
const missedFields = (schema: z.ZodType | undefined): readonly string[] =>
  (schema?.safeParse({}).error?.issues ?? []).flatMap(({ path }) => path.map(String))

test('a field is documented as required if leaving it out is refused, and only then', () => {
  for (const { method, path, query, body } of routes) {
    const { parameters, requestBody } = operationSchema.parse(document.paths[path]?.[method])
    const required = parameters.filter((parameter) => parameter.in === 'query' && parameter.required)
    expect([path, required.map(({ name }) => name)]).toEqual([path, missedFields(query)])
    const name = requestBody?.content['application/json'].schema.$ref.split('/').at(-1) ?? ''
    expect([path, document.components.schemas[name]?.required ?? []]).toEqual([path, missedFields(body)])
  }
})

test('the documented path parameters are those in the path', () => {
  for (const { path, params } of routes)
    expect(Object.keys(params?.shape ?? {})).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
})

test('every problem code is documented by a route', () => {
  const documented = new Set(routes.flatMap(refusalsOf))
  // These belong to no route: an unknown method, or an address that cannot be decoded.
  const everywhere = ['malformed_request', 'method_not_allowed']
  expect(Object.keys(problems).filter((code) => !everywhere.includes(code) && !text.includes(`\`${code}\``))).toEqual(
    [],
  )
  expect(documented.size).toBe(Object.keys(problems).length - everywhere.length)
})

test('a query waits for a read model that exists', () => {
  const names = readModels.map(({ name }) => name)
  for (const { reads } of routes) if (reads !== undefined) expect(names).toContain(reads)
})
