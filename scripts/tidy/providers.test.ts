import { expect, test } from 'vitest'
import { checkProviders } from './providers.ts'
import { sourceFile } from './source.ts'

const findings = (path: string, source: string): readonly string[] =>
  checkProviders([sourceFile({ path, source })]).map(({ line, what }) => `${line} ${what}`)

test.each([
  ['a string', "const a = 1\nconst name = 'stripe'", ['2 stripe']],
  ['a comment', '// as Stripe has it', ['1 Stripe']],
  ['part of a name', 'const readStripeEvent = 1', ['1 Stripe']],
  ['a template, twice', 'const a = `STRIPE_1`\n\n/* stripe */', ['1 STRIPE', '3 stripe']],
])('in domain/ and commands/ %s that names a provider is refused', (_, source, expected) => {
  for (const path of ['domain/order/events.ts', 'domain/a.test.ts', 'commands/testing/fake-payments.ts'])
    expect(findings(path, source)).toEqual(expected)
})

test('so is the name of a file', () => {
  expect(findings('commands/stripe.ts', '')).toEqual(['1 stripe'])
})

test.each(['platform/stripe/provider.ts', 'api/wiring/stripe-webhook.ts', 'migrations/0004-notice-objects.ts'])(
  '%s may name one',
  (path) => {
    expect(findings(path, "const name = 'stripe'")).toEqual([])
  },
)

test('without a provider’s name nothing is refused', () => {
  expect(findings('domain/a.ts', "const provider = 'acme'")).toEqual([])
})
