import { expect, test } from 'vitest'
import { sourceFile } from './source.ts'
import { checkSpreads } from './spreads.ts'

const findings = (source: string, path = 'domain/a.ts'): readonly string[] =>
  checkSpreads([sourceFile({ path, source })]).map(({ line, what }) => `${line} ${what}`)

test.each([
  ['an object', 'const a = {\n  ...{ b, c },\n  d,\n}', ['2 ...{']],
  ['an object over several lines', 'f({\n  ...{\n    b,\n  },\n})', ['2 ...{']],
  ['an array', "const a = [\n  ...['b', 'c'],\n  ...['d'],\n]", ['2 ...[', '3 ...[']],
])('a spread of %s literal is refused', (_, source, expected) => {
  expect(findings(source)).toEqual(expected)
})

test.each([
  'const a = { ...b, c }',
  'const a = { ...(b ? { c } : {}) }',
  'const a = [...b, ...c.map((d) => [d])]',
  'const f = (a: A, ...[b, c]: readonly [B, C]) => a',
  "const a = '...{ b }' // ...{ c }",
  '[...[...a.values()].map(f), ...[b, c].slice(0, d)]',
])('%s is allowed', (source) => {
  expect(findings(source)).toEqual([])
})
