import { z } from 'zod'
import { problems } from './problems.ts'

// The OpenAPI document as a page for people. The server renders it; the page runs no script and loads nothing.

const schemaOf = z.object({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  default: z.unknown().optional(),
  required: z.array(z.string()).optional(),
  get items() {
    return schemaOf.optional()
  },
  get properties() {
    return z.record(z.string(), schemaOf).optional()
  },
  get allOf() {
    return z.array(schemaOf).optional()
  },
  get anyOf() {
    return z.array(schemaOf).optional()
  },
  get oneOf() {
    return z.array(schemaOf).optional()
  },
})
type Schema = Readonly<z.infer<typeof schemaOf>>

const contentOf = z.record(z.string(), z.object({ schema: schemaOf }))
const operationOf = z.object({
  operationId: z.string(),
  tags: z.tuple([z.string()]),
  summary: z.string(),
  description: z.string().optional(),
  security: z.array(z.record(z.string(), z.unknown())),
  parameters: z
    .array(z.object({ name: z.string(), in: z.string(), required: z.boolean().optional(), schema: schemaOf }))
    .default([]),
  requestBody: z.object({ content: contentOf }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: contentOf.optional() })),
})
type Operation = z.infer<typeof operationOf>

const documentOf = z.object({
  info: z.object({ title: z.string(), description: z.string() }),
  components: z.object({ schemas: z.record(z.string(), schemaOf) }),
  paths: z.record(z.string(), z.record(z.string(), operationOf)),
})

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** Escapes text and turns `backticks` into code. */
const prose = (text: string): string => escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')

const refName = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1)

const typeText = (schema: Schema): string => {
  if (schema.$ref !== undefined) {
    const name = escaped(refName(schema.$ref))
    return `<a href="#schema-${name}">${name}</a>`
  }
  const several = schema.allOf ?? schema.anyOf ?? schema.oneOf
  if (several !== undefined) return several.map(typeText).join(schema.allOf === undefined ? ' or ' : ' and ')
  if (schema.enum !== undefined) return schema.enum.map((value) => escaped(JSON.stringify(value))).join(' | ')
  if (schema.items !== undefined) return `list of ${typeText(schema.items)}`
  const type = [schema.type ?? 'value'].flat().join(' or ')
  const range = [schema.format, schema.minimum, schema.maximum === undefined ? undefined : `to ${schema.maximum}`]
  const bounds = range.filter((part) => part !== undefined).join(' ')
  return escaped(bounds === '' ? type : `${type} (${bounds})`)
}

type Field = { readonly name: string; readonly required: boolean; readonly schema: Schema; readonly from?: string }

const fieldRow = ({ name, required, schema, from }: Field): string => {
  const notes = [
    schema.description === undefined ? '' : prose(schema.description),
    schema.default === undefined ? '' : `Default: ${escaped(JSON.stringify(schema.default))}.`,
  ]
  const place = from === undefined ? '' : ` <small>${escaped(from)}</small>`
  return `<tr><td><code>${escaped(name)}</code>${required ? '' : '?'}${place}</td><td>${typeText(schema)}</td><td>${notes.join(' ')}</td></tr>`
}

const fieldsOf = (schema: Schema): readonly Field[] => [
  ...(schema.allOf ?? []).flatMap(fieldsOf),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]): readonly Field[] => {
    const field = { name, required: schema.required?.includes(name) ?? false, schema: inner }
    const nested = inner.$ref === undefined ? (inner.items ?? inner) : {}
    return [field, ...fieldsOf(nested).map((child) => ({ ...child, name: `${name}.${child.name}` }))]
  }),
]

const table = (fields: readonly Field[]): string =>
  fields.length === 0 ? '' : `<table>${fields.map(fieldRow).join('')}</table>`

const schemaBlock = (schema: Schema): string => `<p>${typeText(schema)}</p>${table(fieldsOf(schema))}`

const operationBlock = (method: string, path: string, operation: Operation): string => {
  const callers = operation.security.flatMap((entry) => Object.keys(entry)).join(' or ')
  const responses = Object.entries(operation.responses).map(([status, { description, content }]) => {
    const schema = Object.values(content ?? {})[0]?.schema
    const shape = schema === undefined || schema.$ref?.endsWith('/Problem') ? '' : typeText(schema)
    return `<tr><td>${escaped(status)}</td><td>${shape}</td><td>${prose(description)}</td></tr>`
  })
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema
  return [
    `<section id="${escaped(operation.operationId)}"><h3><code>${method.toUpperCase()} ${escaped(path)}</code></h3>`,
    `<p>${escaped(operation.summary)}. ${prose(operation.description ?? '')}</p>`,
    `<p><small>${callers === '' ? 'No credential.' : `Authorization: Bearer, ${escaped(callers)}.`}</small></p>`,
    table(
      operation.parameters.map(({ name, required = false, schema, in: from }) => ({ name, required, schema, from })),
    ),
    body === undefined ? '' : `<h4>Body</h4>${schemaBlock(body)}`,
    `<h4>Answers</h4><table>${responses.join('')}</table></section>`,
  ].join('')
}

const style =
  'body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c}' +
  'table{border-collapse:collapse;width:100%;margin:.5rem 0}td{border-top:1px solid #ddd;padding:.3rem .6rem .3rem 0;' +
  'vertical-align:top}h2{margin-top:3rem;border-bottom:2px solid}section{margin:2rem 0}code{font-size:.95em}' +
  'small{color:#555}a{color:#0b57a4}@media(prefers-color-scheme:dark){body{background:#16181c;color:#e6e6e6}' +
  'td{border-color:#3a3d42}a{color:#7cb7ff}small{color:#aaa}}'

/** `document` is the OpenAPI document of `openapi.ts`. */
export const documentationPage = (document: unknown): string => {
  const { info, components, paths } = documentOf.parse(document)
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
  const tags = [...new Set(operations.map(({ operation }) => operation.tags[0]))]
  const contents = tags.map((tag) => {
    const links = operations
      .filter(({ operation }) => operation.tags[0] === tag)
      .map(({ operation }) => `<a href="#${escaped(operation.operationId)}">${escaped(operation.summary)}</a>`)
    return `<tr><td>${escaped(tag)}</td><td>${links.join('<br>')}</td></tr>`
  })
  const sections = tags.map((tag) => {
    const blocks = operations.filter(({ operation }) => operation.tags[0] === tag)
    return `<h2>${escaped(tag)}</h2>${blocks.map((block) => operationBlock(block.method, block.path, block.operation)).join('')}`
  })
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<section id="schema-${escaped(name)}"><h3>${escaped(name)}</h3>${schemaBlock(schema)}</section>`,
  )
  const codes = Object.entries(problems).map(
    ([code, { status, title }]) =>
      `<tr id="problem-${code}"><td><code>${code}</code></td><td>${status}</td><td>${escaped(title)}</td></tr>`,
  )
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(info.title)}</title>`,
    `<meta name="viewport" content="width=device-width"><style>${style}</style></head><body>`,
    `<h1>${escaped(info.title)}</h1><p>${prose(info.description)} <a href="/openapi.json">OpenAPI 3.1</a></p>`,
    `<table>${contents.join('')}</table>${sections.join('')}`,
    `<h2>Problems</h2><table>${codes.join('')}</table><h2>Schemas</h2>${schemas.join('')}</body></html>`,
  ].join('')
}
