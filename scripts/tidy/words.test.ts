import { describe, expect, test } from 'vitest'
import { sourceFile } from './source.ts'
import { checkWords } from './words.ts'

const findings = (path: string, source: string): readonly string[] =>
  checkWords([sourceFile({ path, source })]).map(({ line, what }) => `${line} ${what}`)

const everywhere: ReadonlyArray<readonly [string, string]> = [
  ['let a: any', 'any'],
  ['let a: any = 1', 'any'],
  ['let a: Array<any>', 'any'],
  ['let a: readonly any[]', 'any'],
  ['let a: Map<string, any>', 'any'],
  ['type A = any', 'any'],
  ['f(a as any)', 'any'],
  ['c ? (a as any) : b', 'any'],
  ['type A = { b: any }', 'any'],
  ['a as unknown as B', 'as unknown as'],
  ['const waitMs = 1', 'Ms'],
  ['f({ waitMsMax: 1 })', 'Ms'],
  ['const WAIT_MAX = 1', 'upper-case constant'],
  ['export const MAX = 1', 'upper-case constant'],
  ['function f(a: number) {}', 'function declaration'],
  ['export function f<A>(a: A): A {}', 'function declaration'],
  ['enum A { b }', 'enum'],
  ['export const enum A { b }', 'enum'],
]
const accepted: readonly string[] = [
  'const milliseconds = 1',
  'const waitMilliseconds = 1',
  'function* pages() {}',
  'async function* pages() {}',
  'function log(this: Logger, line: string) {}',
  'function assert(a: unknown): asserts a {}',
  'const A = 1',
  'status.INVALID_ARGUMENT',
]

test.each(accepted)('%s is accepted', (source) => {
  expect(findings('embedded/a.ts', source)).toEqual([])
})

const mainsOnly: ReadonlyArray<readonly [string, string]> = [
  ['Date.now()', 'Date.now'],
  ['f(Date.now)', 'Date.now'],
  ['new Date()', 'new Date()'],
  ['new Date', 'new Date()'],
  ['Date()', 'new Date()'],
  ['performance.now()', 'performance.now'],
  ['process.hrtime.bigint()', 'performance.now'],
  ['Math.random()', 'Math.random'],
  ["import { randomUUID } from 'node:crypto'", 'randomUUID'],
  ['crypto.randomBytes(16)', 'random bytes'],
  ['setTimeout(f, 1)', 'setTimeout'],
  ['setInterval(f, 1)', 'setTimeout'],
  ['AbortSignal.timeout(1)', 'setTimeout'],
  ['process.env.PORT', 'process.env'],
]

describe.each(['domain/a.ts', 'domain/a.test.ts', 'scripts/a.ts', 'platform/a.ts'])('in %s', (path) => {
  test.each(everywhere)('%s is refused', (source, what) => {
    expect(findings(path, `\n${source}`)).toEqual([`2 ${what}`])
  })
})

const mustBeGivenTheClock = [
  'domain/a.ts',
  'commands/a.ts',
  'projections/a.ts',
  'api/a.ts',
  'workers/a.ts',
  'audit/a.ts',
  'trials/simulation/a.ts',
]
describe.each(mustBeGivenTheClock)('in %s', (path) => {
  test.each(mainsOnly)('%s is refused', (source, what) => {
    expect(findings(path, `\n${source}`)).toEqual([`2 ${what}`])
  })
})

const mayReadTheClock = [
  'scripts/a.ts',
  'trials/chaos/a.ts',
  'stack/a.ts',
  'embedded/a.ts',
  'platform/a.ts',
  'api/main.ts',
  'workers/main.ts',
  'api/a.test.ts',
  'api/testing/a.ts',
]
describe.each(mayReadTheClock)('in %s', (path) => {
  test.each(mainsOnly)('%s is accepted', (source) => {
    expect(findings(path, source)).toEqual([])
  })
})

describe.each(['domain/stock/a.ts', 'projections/stock/apply.ts'])('in %s', (path) => {
  test.each(['async () => {}', 'await a'])('%s is refused', (source) => {
    expect(findings(path, source)).toEqual(['1 async'])
  })
})

test('async is accepted where there is input and output', () => {
  expect(findings('projections/stock/queries.ts', 'async () => await a')).toEqual([])
  expect(findings('domain/a.test.ts', 'async () => await a')).toEqual([])
})

const innocent = [
  'new Date(ms)',
  'Promise.any(all)',
  "import any from 'any_pb'",
  'new any.Any()',
  'decide(any, [], stream)',
  'const a = { any: 1, enum: [2] }',
  'z.enum([1])',
  'const many: Company[] = []',
  '// any Date.now() as unknown as',
  "f('Math.random()', `enum A {`)",
  'a as unknown',
  'type Row = { readonly setAt: Date }',
]
test.each(innocent)('%s is accepted', (source) => {
  expect(findings('domain/a.ts', source)).toEqual([])
})
