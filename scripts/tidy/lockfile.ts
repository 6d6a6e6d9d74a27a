import { type Finding, lineAt } from './source.ts'

type Lockfile = {
  readonly packages?: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>
}

/** `source` is the text of package-lock.json. */
export const checkLockfile = (source: string): readonly Finding[] => {
  return [...registryAddresses(source), ...missingOptionals(source)]
}

const registryAddresses = (source: string): readonly Finding[] => {
  return Array.from(source.matchAll(/"resolved":/g), ({ index }) => ({
    path: 'package-lock.json',
    line: lineAt(source, index),
    what: 'resolved address',
    why: 'packages come from the registry that npm is set to; .npmrc has omit-lockfile-registry-resolved',
  }))
}

/** `npm ci` installs on any platform only if the optional packages of every platform are locked. */
const missingOptionals = (source: string): readonly Finding[] => {
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
