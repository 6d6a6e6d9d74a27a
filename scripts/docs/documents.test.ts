// What the documents say that a machine can check: their tables against the code that they describe, and that the files,
// commands and routes that they name are there.
import { createSecretKey } from 'node:crypto'
import { existsSync, globSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { problems } from '#api/problems.ts'
import { apiRoutes } from '#api/routes.ts'
import { useCases } from '#api/testing/use-cases.ts'
import { createOrderTokens } from '#api/tokens/order-token.ts'
import { createReservationTokens } from '#api/tokens/reservation-token.ts'
import { eventSchemas } from '#domain/events.ts'
import { createFaults } from '#embedded/payments/faults/faults.ts'
import { paymentServer } from '#embedded/payments/http/server.ts'
import { describeConfig } from '#platform/config-variables.ts'
import { rows as chaosRows } from '#trials/chaos/rows.ts'
import { read } from './compose-file.ts'
import { linkTargets, namedPaths, namedRoutes, namedScripts, tableRows } from './markdown.ts'
import { holdTable, orderTable } from './testing/state-tables.ts'

const root = path.dirname(path.dirname(import.meta.dirname))
const documents = globSync(['*.md', '*/**/*.md'], { cwd: root, exclude: ['node_modules', '.holdfast'] }).sort()
const scripts = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json'))).scripts
const key = createSecretKey(Buffer.alloc(32, 7))
const platformRoutes = apiRoutes({
  ...useCases(),
  orderTokens: createOrderTokens(key),
  reservationTokens: createReservationTokens(key),
}).map((route) => `${route.method} ${route.path}`)

/** The simulator's, with its parameters written as in documents. */
const simulatorRoutes = paymentServer({
  pipeline: () => Promise.resolve('silent'),
  faults: createFaults(() => 0),
  refuseFor: () => {},
  apiKey: 'sk_test_documents',
  canReset: true,
  now: () => 0,
}).router.stack.flatMap(({ route }) =>
  route === undefined
    ? []
    : route.stack.map(({ method }) => `${method} ${String(route.path).replaceAll(/:(\w+)/g, '{$1}')}`),
)
const routes = [...platformRoutes, ...simulatorRoutes]

/** What the platform makes when it runs. */
const made = /^\.holdfast\/|^node_modules\//

describe.each(documents)('%s', (document) => {
  const text = read(document)

  test('links to what is there', () => {
    const missing = linkTargets(text).filter((target) => !existsSync(path.join(root, path.dirname(document), target)))
    expect(missing).toEqual([])
  })

  test('names files and folders that are there', () => {
    const missing = namedPaths(text).filter((name) => !made.test(name) && !existsSync(path.join(root, name)))
    expect(missing).toEqual([])
  })

  test('names commands that there are', () => {
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...namedScripts(text)]))
  })

  test('names routes that are served', () => {
    expect(routes).toEqual(expect.arrayContaining([...namedRoutes(text)]))
  })
})

test('the table of variables is that of npm start -- --help', () => {
  const rows = tableRows(read('docs/configuration.md')).slice(2)
  expect(rows).toEqual(describeConfig().map(({ name, takes, unset }) => [`\`${name}\``, takes, unset]))
})

test('the table of problems is that of the API', () => {
  const rows = tableRows(read('docs/http-api.md')).filter(([status = '']) => /^\d+$/.test(status))
  expect(rows).toEqual(
    Object.entries(problems).map(([code, { status, title }]) => [String(status), `\`${code}\``, title]),
  )
})

test('the table of events has each type once', () => {
  const rows = tableRows(read('docs/architecture.md')).filter(([stream = '']) => /^`[a-z]+-/.test(stream))
  const named = rows.flatMap(([, events = '']) => events.match(/\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b/g) ?? [])
  expect(named.sort()).toEqual(Object.keys(eventSchemas).sort())
})

test.each([
  ['domain/order/README.md', orderTable()],
  ['domain/stock/README.md', holdTable()],
])('the state table of %s is what the deciders say', (document, { head, rows }) => {
  const [...lines] = tableRows(read(document)).filter(({ length }) => length === head.length)
  expect(lines).toEqual([head, head.map(() => '---'), ...rows])
})

test('the table of faults is that of npm run chaos', () => {
  const table = tableRows(read('docs/chaos.md')).filter(([number = '']) => /^\d+$/.test(number))
  expect(table).toEqual(chaosRows.map(({ number, name }) => [String(number), name]))
})

describe('what is read off a document', () => {
  test('links and paths, but not those of other hosts, of fences, of media types and of addresses', () => {
    const text = [
      'See [one](docs/one.md#part), [two](https://example.com/two), [three](#three) and `domain/order/events.ts`.',
      'It answers `application/json` at `/v1/orders`, keeps `.holdfast/logs/`, and runs `npm run lost -- --help`.',
      '```sh',
      'cat [four](four.md)',
      '```',
    ].join('\n')
    expect(linkTargets(text)).toEqual(['docs/one.md'])
    expect(namedPaths(text)).toEqual(['domain/order/events.ts', '.holdfast/logs/'])
    expect(namedScripts(text)).toEqual(['lost'])
  })

  test('routes, by method and path', () => {
    expect(namedRoutes('`GET /v1/orders/{orderId}` and `PUT /nowhere`, not `/docs`')).toEqual([
      'get /v1/orders/{orderId}',
      'put /nowhere',
    ])
  })

  test('rows of tables, with their escaped bars', () => {
    expect(tableRows('| a | b \\| c |\n|---|---|\n| `d` |  |\nnone')).toEqual([
      ['a', 'b | c'],
      ['---', '---'],
      ['`d`', ''],
    ])
  })
})
