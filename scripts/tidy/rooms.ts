import { localTarget } from './imports.ts'
import { type Finding, isTest, isTestHelper, type SourceFile } from './source.ts'

/** What each room may import besides itself; docs/architecture.md says why. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  commands: ['domain'],
  projections: ['domain'],
  api: ['commands', 'projections', 'domain', 'platform'],
  workers: ['commands', 'projections', 'domain', 'platform'],
  platform: ['domain', 'commands', 'projections'],
  embedded: ['domain'],
  audit: ['commands', 'projections', 'domain', 'platform'],
  stack: ['api', 'workers', 'commands', 'projections', 'domain', 'platform', 'embedded'],
  migrations: [],
  trials: ['audit', 'stack', 'api', 'workers', 'commands', 'projections', 'domain', 'platform', 'embedded'],
  scripts: ['trials', 'audit', 'stack', 'api', 'workers', 'commands', 'projections', 'domain', 'platform', 'embedded'],
}
/** Tests run their room against the real thing, so they may reach adapters, the local stack and the mains. */
const allowedToTests = ['platform', 'embedded']
/** A rebuild is tested beside the worker that keeps the live read model. */
const allowedToTestsOf: Readonly<Record<string, readonly string[]>> = { audit: ['workers'] }
/** `platform` implements the ports of these rooms, and knows nothing of them but the types. */
const portRooms = ['commands', 'projections']
/** Ports whose errors are classes: an adapter throws what its callers know by `instanceof`. */
const portErrors = new Set(['commands/payment-provider.ts'])
/** Of the transport alone, and needed at both its ends: whoever speaks HTTP/2 may import it. */
const transport = /^platform\/http2\/[^/]+$/
const migrator = /^platform\/(?:.+\/)?migrate[^/]*\.ts$/
/** The simulator's oracle judges the domain: it may not share a line with it, or both would be wrong alike. */
const oracle = /^trials\/simulation\/oracle\//
const exempt = new Set(['vitest.config.ts'])

export const checkRooms = (files: readonly SourceFile[]): readonly Finding[] => {
  return files
    .filter(({ path }) => !exempt.has(path))
    .flatMap((file) =>
      file.imports.flatMap((reference) => {
        const target = localTarget({ from: file.path, specifier: reference.specifier })
        if (target === undefined) return []
        const why = objection({ from: file.path, to: target, typeOnly: reference.typeOnly })
        return why === undefined ? [] : [{ path: file.path, line: reference.line, what: `imports ${target}`, why }]
      }),
    )
}

type Import = { readonly from: string; readonly to: string; readonly typeOnly: boolean }

const objection = ({ from, to, typeOnly }: Import): string | undefined => {
  const room = roomOf(from)
  const target = roomOf(to)
  const forTests = isTest(from) || isTestHelper(from)
  if (isTest(to)) return 'a test is imported by no one'
  if (oracle.test(from) && target === 'domain') return 'the oracle may not import the domain that it judges'
  if (isTestHelper(to) && !forTests) return 'test helpers are for tests'
  if (target === 'migrations' && room !== 'migrations')
    return migrator.test(from) ? undefined : 'migrations are imported by the migrator alone'
  if (room === target) return undefined
  if (room === 'embedded' && transport.test(to)) return undefined
  const rooms = allowed[room]
  if (rooms === undefined) return `${room} is not a room: its imports have no rule`
  if (forTests && [...allowedToTests, ...(allowedToTestsOf[room] ?? [])].includes(target)) return undefined
  if (!rooms.includes(target)) return `${room} may import ${rooms.length > 0 ? rooms.join(', ') : 'no other room'}`
  if (room === 'platform' && portRooms.includes(target) && !typeOnly && !forTests && !portErrors.has(to))
    return `platform may import the port types of ${target} only (import type)`
  return undefined
}

const roomOf = (path: string): string => {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '.'
}
