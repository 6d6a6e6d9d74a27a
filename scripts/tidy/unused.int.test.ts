// The stage `unused` of `npm test` is knip with knip.json; these controls show that it finds what it is there for.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = path.dirname(path.dirname(import.meta.dirname))
let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-unused-'))
  cpSync(path.join(root, 'knip.json'), path.join(folder, 'knip.json'))
  mkdirSync(path.join(folder, 'api'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What the stage prints about a project of these files, and whether it passes. */
const unused = (files: Readonly<Record<string, string>>, dependencies: Readonly<Record<string, string>> = {}) => {
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'module', dependencies }))
  for (const [name, source] of Object.entries(files)) writeFileSync(path.join(folder, name), source)
  const args = [path.join(root, 'node_modules/knip/bin/knip.js'), '--no-progress', '--no-config-hints']
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  return { passed: status === 0, text: stdout }
}

const main = "import { used } from './a.ts'\nused()\n"

test('a project without anything unused passes', () => {
  expect(unused({ 'api/main.ts': main, 'api/a.ts': 'export const used = () => 1\n' })).toEqual({
    passed: true,
    text: '',
  })
})

test('an export that nothing imports is found', () => {
  const files = { 'api/main.ts': main, 'api/a.ts': 'export const used = () => 1\nexport const unusedExport = 2\n' }
  expect(unused(files)).toEqual({ passed: false, text: expect.stringContaining('unusedExport') })
})

test('a file that nothing imports is found', () => {
  const files = { 'api/main.ts': 'export {}\n', 'api/a.ts': 'export const used = () => 1\n' }
  expect(unused(files)).toEqual({ passed: false, text: expect.stringContaining('api/a.ts') })
})

test('a package that nothing imports is found, and one that package.json does not name', () => {
  expect(unused({ 'api/main.ts': 'export {}\n' }, { leftpad: '1.0.0' }).text).toContain('leftpad')
  expect(unused({ 'api/main.ts': "import 'rightpad'\n" }).text).toContain('rightpad')
})
