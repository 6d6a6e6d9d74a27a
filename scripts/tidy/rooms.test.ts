import { expect, test } from 'vitest'
import { checkRooms } from './rooms.ts'
import { sourceFile } from './source.ts'

const findings = (path: string, source: string) =>
  checkRooms([sourceFile({ path, source })]).map(({ line, what, why }) => `${line} ${what}: ${why}`)

const refused: ReadonlyArray<readonly [string, string, string]> = [
  ['domain/a.ts', '#commands/b.ts', 'domain may import no other room'],
  ['domain/stock/a.ts', '../../api/b.ts', 'domain may import no other room'],
  ['commands/a.ts', '#projections/b.ts', 'commands may import domain'],
  ['projections/a.ts', '#commands/b.ts', 'projections may import domain'],
  ['api/a.ts', '#workers/b.ts', 'api may import commands, projections, domain, platform'],
  ['workers/a.ts', '#api/b.ts', 'workers may import commands, projections, domain, platform'],
  ['embedded/a.ts', '#platform/b.ts', 'embedded may import domain'],
  ['embedded/a.ts', '#platform/http2/c/b.ts', 'embedded may import domain'],
  ['platform/a.ts', '#scripts/b.ts', 'platform may import domain, commands, projections'],
  ['platform/a.ts', '#commands/b.ts', 'platform may import the port types of commands only (import type)'],
  ['audit/a.ts', '#stack/b.ts', 'audit may import commands, projections, domain, platform'],
  ['audit/a.ts', '#workers/b.ts', 'audit may import commands, projections, domain, platform'],
  ['audit/a.test.ts', '#trials/b.ts', 'audit may import commands, projections, domain, platform'],
  ['stack/a.ts', '#audit/b.ts', 'stack may import api, workers'],
  ['workers/a.ts', '#trials/b.ts', 'workers may import commands, projections, domain, platform'],
  ['trials/a.ts', '#scripts/b.ts', 'trials may import audit, stack'],
  ['trials/e2e/a.e2e.test.ts', '#scripts/b.ts', 'trials may import audit, stack'],
  ['trials/simulation/oracle/a.ts', '#domain/b.ts', 'the oracle may not import the domain that it judges'],
  ['trials/simulation/oracle/a.test.ts', '#domain/b.ts', 'the oracle may not import the domain that it judges'],
  ['migrations/1.ts', '#domain/b.ts', 'migrations may import no other room'],
  ['api/a.ts', '#migrations/1.ts', 'migrations are imported by the migrator alone'],
  ['scripts/a.ts', '#migrations/1.ts', 'migrations are imported by the migrator alone'],
  ['api/a.ts', '#embedded/testing/b.ts', 'test helpers are for tests'],
  ['domain/a.ts', './b.test.ts', 'a test is imported by no one'],
  ['domain/a.test.ts', '#api/b.ts', 'domain may import no other room'],
  ['elsewhere/a.ts', '#domain/b.ts', 'elsewhere is not a room: its imports have no rule'],
]

test.each(refused)('%s importing %s is refused', (path, specifier, why) => {
  expect(findings(path, `\nimport { b } from '${specifier}'`)).toEqual([expect.stringMatching(/^2 imports /)])
  expect(findings(path, `\nimport { b } from '${specifier}'`)[0]).toContain(why)
})

const accepted: ReadonlyArray<readonly [string, string]> = [
  ['domain/stock/a.ts', '../money.ts'],
  ['commands/a.ts', '#domain/b.ts'],
  ['api/a.ts', '#commands/b.ts'],
  ['workers/a.ts', '#platform/b.ts'],
  ['platform/postgres/migrate.ts', '#migrations/1.ts'],
  ['platform/stripe/failures.ts', '#commands/payment-provider.ts'],
  ['platform/a.int.test.ts', '#commands/b.ts'],
  ['platform/a.int.test.ts', '#embedded/testing/b.ts'],
  ['commands/testing/a.ts', '#platform/b.ts'],
  ['audit/a.ts', '#platform/b.ts'],
  ['audit/a.int.test.ts', '#workers/b.ts'],
  ['stack/a.ts', '#api/b.ts'],
  ['trials/a.ts', '#stack/b.ts'],
  ['trials/simulation/a.ts', '#domain/b.ts'],
  ['trials/simulation/oracle/a.ts', '#projections/b.ts'],
  ['scripts/a.ts', '#trials/b.ts'],
  ['scripts/a.ts', '#embedded/b.ts'],
  ['embedded/a.ts', '#platform/http2/b.ts'],
  ['vitest.config.ts', './embedded/testing/b.ts'],
]

test.each(accepted)('%s importing %s is accepted', (path, specifier) => {
  expect(findings(path, `import { b } from '${specifier}'`)).toEqual([])
})

test('platform may import port types', () => {
  expect(findings('platform/a.ts', "import type { Port } from '#commands/b.ts'")).toEqual([])
})
