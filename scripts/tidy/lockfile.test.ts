import { expect, test } from 'vitest'
import { checkLockfile } from './lockfile.ts'

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
