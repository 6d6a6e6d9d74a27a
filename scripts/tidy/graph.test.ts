import { describe, expect, test } from 'vitest'
import { checkCycles, checkEndings } from './graph.ts'
import { sourceFile } from './source.ts'

/** Files by path, each with the specifiers that it imports. */
const graph = (imports: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(imports).map(([path, specifiers]) =>
    sourceFile({ path, source: specifiers.map((specifier) => `import '${specifier}'`).join('\n') }),
  )

describe('cycles', () => {
  test('of two files are found once', () => {
    const files = graph({ 'domain/a.ts': ['./b.ts'], 'domain/b.ts': ['#domain/a.ts'], 'domain/c.ts': ['./a.ts'] })
    expect(checkCycles(files).map(({ path, line, what }) => `${path}:${line} ${what}`)).toEqual([
      'domain/b.ts:1 import cycle domain/a.ts → domain/b.ts → domain/a.ts',
    ])
  })

  test('of one file and of three are found', () => {
    expect(checkCycles(graph({ 'domain/a.ts': ['./a.ts'] }))).toHaveLength(1)
    expect(checkCycles(graph({ 'a/a.ts': ['./b.ts'], 'a/b.ts': ['./c.ts'], 'a/c.ts': ['./a.ts'] }))).toHaveLength(1)
  })

  test('are not seen where two ways lead to one file', () => {
    expect(checkCycles(graph({ 'a/a.ts': ['./b.ts', './c.ts'], 'a/b.ts': ['./c.ts'], 'a/c.ts': [] }))).toEqual([])
  })
})

describe('endings', () => {
  test.each(['./b', './b.js', '#domain/b', '..'])('%s is refused', (specifier) => {
    expect(checkEndings(graph({ 'domain/a.ts': [specifier] }))).toHaveLength(1)
  })

  test.each(['./b.ts', '#domain/b.ts', './b.json', 'zod', 'node:fs'])('%s is accepted', (specifier) => {
    expect(checkEndings(graph({ 'domain/a.ts': [specifier] }))).toEqual([])
  })
})
