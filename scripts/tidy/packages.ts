import { packageTarget } from './imports.ts'
import { type Finding, lineAt, type SourceFile } from './source.ts'

/** Packages that are run, not imported. */
const tools = new Set(['@biomejs/biome', 'node', 'typescript', 'vitest'])

/** Named ahead of the code that will import them; a name leaves this list with the first import. */
const ahead = new Set(['ajv-formats', 'autocannon', 'bullmq', 'cli-progress', 'cockatiel', 'csv-parse', 'fast-check'])

type Manifest = {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

type Packages = { readonly source: string; readonly files: readonly SourceFile[] }

/** `source` is the text of package.json: every package in it is used, and every package used is in it. */
export function checkPackages({ source, files }: Packages): readonly Finding[] {
  const manifest: Manifest = JSON.parse(source)
  const declared = new Set(
    Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }),
  )
  const used = new Set(files.flatMap(({ imports }) => imports.map(({ specifier }) => packageTarget(specifier))))
  const unused = [...declared]
    .filter((name) => !used.has(name) && !tools.has(name) && !ahead.has(name) && !isTypesOf(name, declared))
    .map((name) => ({
      path: 'package.json',
      line: lineAt(source, source.indexOf(`"${name}":`)),
      what: `unused package ${name}`,
      why: 'nothing imports it: remove it',
    }))
  const undeclared = files.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier, line }) => {
      const name = packageTarget(specifier)
      if (name === undefined || declared.has(name)) return []
      return [
        { path, line, what: `imports ${name}`, why: 'package.json does not name it: it comes and goes with others' },
      ]
    }),
  )
  return [...unused, ...undeclared]
}

function isTypesOf(name: string, declared: ReadonlySet<string>): boolean {
  const described = /^@types\/(?<name>.+)$/.exec(name)?.groups?.name
  return described !== undefined && declared.has(described.replace(/^(.+)__/, '@$1/'))
}

type Lockfile = { readonly packages?: Readonly<Record<string, Manifest>> }

/** `source` is the text of package-lock.json. */
export function checkLockfile(source: string): readonly Finding[] {
  return [...registryAddresses(source), ...missingOptionals(source)]
}

function registryAddresses(source: string): readonly Finding[] {
  return Array.from(source.matchAll(/"resolved":/g), ({ index }) => ({
    path: 'package-lock.json',
    line: lineAt(source, index),
    what: 'resolved address',
    why: 'packages come from the registry that npm is set to; .npmrc has omit-lockfile-registry-resolved',
  }))
}

/** `npm ci` installs on any platform only if the optional packages of every platform are locked. */
function missingOptionals(source: string): readonly Finding[] {
  const { packages = {} }: Lockfile = JSON.parse(source)
  const locked = new Set(Object.keys(packages).map((place) => place.replace(/^.*node_modules\//, '')))
  return Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !locked.has(name))
      .map((name) => ({
        path: 'package-lock.json',
        line: lineAt(source, source.indexOf(`"${place}":`)),
        what: `${name} is not locked`,
        why: 'npm ci refuses the lockfile on its platform: run npm install --package-lock-only with a registry that has it',
      })),
  )
}
