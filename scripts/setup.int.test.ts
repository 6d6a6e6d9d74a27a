import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = path.dirname(import.meta.dirname)
let folder: string

const write = (file: string, value: unknown): void => writeFileSync(path.join(folder, file), JSON.stringify(value))

/** A project whose lockfile wants a package in another version than the one that is installed. */
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-setup-'))
  for (const made of ['scripts', 'node_modules/wanted']) mkdirSync(path.join(folder, made), { recursive: true })
  cpSync(path.join(root, 'scripts', 'setup.mjs'), path.join(folder, 'scripts', 'setup.mjs'))
  const dependencies = { wanted: '2.0.0' }
  const project = { name: 'project', version: '1.0.0', private: true, dependencies }
  write('node_modules/wanted/package.json', { name: 'wanted', version: '1.0.0' })
  write('package.json', project)
  write('package-lock.json', {
    name: 'project',
    lockfileVersion: 3,
    packages: {
      '': { name: 'project', version: '1.0.0', dependencies },
      'node_modules/wanted': { version: '2.0.0', integrity: `sha512-${'A'.repeat(86)}==` },
    },
  })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('given a registry that cannot be reached, when packages are to be replaced, then the installed ones stay', () => {
  const env = {
    ...process.env,
    npm_config_registry: 'http://127.0.0.1:9',
    npm_config_fetch_retries: '0',
    npm_config_cache: path.join(folder, 'cache'),
  }
  const { status, stderr } = spawnSync('node', ['scripts/setup.mjs', 'start'], { cwd: folder, env, encoding: 'utf8' })
  expect(status).toBe(1)
  expect(stderr).toContain('npm ci failed')
  expect(existsSync(path.join(folder, 'node_modules', 'wanted', 'package.json'))).toBe(true)
  expect(existsSync(path.join(folder, 'node_modules.before'))).toBe(false)
})
