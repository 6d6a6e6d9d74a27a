import { expect, test } from 'vitest'
import { checkLockfile, checkPackages } from './packages.ts'
import { sourceFile } from './source.ts'

const importing = (specifier: string) => [sourceFile({ path: 'api/a.ts', source: `import '${specifier}'` })]
const manifest = (dependencies: Readonly<Record<string, string>>): string => JSON.stringify({ dependencies }, null, 2)
const findings = (dependencies: Readonly<Record<string, string>>, specifier: string) =>
  checkPackages({ source: manifest(dependencies), files: importing(specifier) }).map(
    ({ path, line, what }) => `${path}:${line} ${what}`,
  )

test('a package that nothing imports is found', () => {
  expect(findings({ zod: '1', leftpad: '1' }, 'zod')).toEqual(['package.json:4 unused package leftpad'])
})

test('a package that package.json does not name is found', () => {
  expect(findings({}, '@a/b/c.js')).toEqual(['api/a.ts:1 imports @a/b'])
})

test('tools, the types of a package and imports by subpath count as used', () => {
  expect(findings({ pg: '1', '@types/pg': '1', '@types/node': '1', node: '1', vitest: '1' }, 'pg/lib/a.js')).toEqual([])
})

test('the types of a package that is not there are found', () => {
  expect(findings({ zod: '1', '@types/pg': '1' }, 'zod')).toEqual(['package.json:4 unused package @types/pg'])
})

test('a lockfile names the optional packages of every platform', () => {
  const lockfile = (...places: readonly string[]): string => {
    const binaries = { optionalDependencies: { 'tool-linux': '1', 'tool-darwin': '1' } }
    const packages = { 'node_modules/tool': binaries, ...Object.fromEntries(places.map((place) => [place, {}])) }
    return JSON.stringify({ packages }, null, 2)
  }
  expect(checkLockfile(lockfile('node_modules/tool-linux', 'node_modules/tool-darwin'))).toEqual([])
  expect(checkLockfile(lockfile('node_modules/a/node_modules/tool-linux')).map(({ what }) => what)).toEqual([
    'tool-darwin is not locked',
  ])
})

test('a lockfile names no registry', () => {
  expect(checkLockfile('{\n  "integrity": "a"\n}')).toEqual([])
  expect(checkLockfile('{\n  "resolved": "https://a.example/b.tgz"\n}').map(({ line }) => line)).toEqual([2])
})
