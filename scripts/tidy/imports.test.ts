import { describe, expect, test } from 'vitest'
import { localTarget } from './imports.ts'
import { sourceFile } from './source.ts'

const importsOf = (source: string) => sourceFile({ path: 'domain/a.ts', source }).imports

describe('imports', () => {
  test('of every kind are found, with their lines', () => {
    const source = [
      "import a, { b } from './a.ts'",
      "import type { C } from './c.ts'",
      "import { type D, type E } from './d.ts'",
      "import { type F, g } from './f.ts'",
      "import * as h from 'h'",
      "import 'i'",
      "export const j = from('not this')",
      "export * from './k.ts'",
      "export type { L } from './l.ts'",
      "const m = await import('./m.ts')",
      "const n = new URL('./n.ts', import.meta.url)",
      "const o = new URL('/not-this', base)",
      'import {',
      '  p,',
      "} from './p.ts'",
      "const q = import.meta.resolve('q')",
      "const r = require.resolve('r') + path.resolve('not this')",
    ].join('\n')
    expect(importsOf(source)).toEqual([
      { specifier: './a.ts', line: 1, typeOnly: false },
      { specifier: './c.ts', line: 2, typeOnly: true },
      { specifier: './d.ts', line: 3, typeOnly: true },
      { specifier: './f.ts', line: 4, typeOnly: false },
      { specifier: 'h', line: 5, typeOnly: false },
      { specifier: 'i', line: 6, typeOnly: false },
      { specifier: './k.ts', line: 8, typeOnly: false },
      { specifier: './l.ts', line: 9, typeOnly: true },
      { specifier: './m.ts', line: 10, typeOnly: false },
      { specifier: './n.ts', line: 11, typeOnly: false },
      { specifier: './p.ts', line: 15, typeOnly: false },
      { specifier: 'q', line: 16, typeOnly: false },
      { specifier: 'r', line: 17, typeOnly: false },
    ])
  })

  test('in comments and strings are none', () => {
    expect(importsOf("// import './a.ts'\nconst b = \"import './c.ts'\"")).toEqual([])
  })
})

test('a specifier names a file of ours, or none', () => {
  expect(localTarget({ from: 'domain/stock/a.ts', specifier: '../b.ts' })).toBe('domain/b.ts')
  expect(localTarget({ from: 'api/a.ts', specifier: '#domain/b.ts' })).toBe('domain/b.ts')
  expect(localTarget({ from: 'api/a.ts', specifier: 'zod' })).toBeUndefined()
})
