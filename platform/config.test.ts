import { describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { describeConfig } from './config-variables.ts'

const problems = (environment: Readonly<Record<string, string>>): readonly string[] => {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : []
  }
}

describe('a configuration', () => {
  test('without variables is the embedded stack', () => {
    expect(readConfig({})).toEqual({
      port: 8080,
      host: '127.0.0.1',
      dataDir: '.holdfast',
      masterKey: undefined,
      auth: undefined,
      locations: ['MAIN'],
      paymentWindowSeconds: 600,
      manualConfirmHours: 24,
      eventStoreUrl: undefined,
      databaseUrl: undefined,
      warehouseUrl: undefined,
      redisUrl: undefined,
      stripe: undefined,
      invoices: undefined,
      kafkaBrokers: [],
    })
  })

  test('with all variables is read completely', () => {
    const config = readConfig({
      PORT: '0',
      HOLDFAST_DATA_DIR: '/var/lib/holdfast',
      MASTER_KEY: '00'.repeat(32),
      AUTH_JWT_SECRET: 's'.repeat(32),
      LOCATIONS: 'berlin, MAIN',
      PAYMENT_WINDOW_SECONDS: '60',
      MANUAL_CONFIRM_HOURS: '144',
      EVENTSTORE_URL: 'esdb://127.0.0.1:2113?tls=false',
      DATABASE_URL: 'postgres://reader@db.example/holdfast',
      WAREHOUSE_URL: 'postgresql://analyst@db.example/warehouse',
      REDIS_URL: 'rediss://cache.example:6379',
      STRIPE_API_KEY: 'sk_test_1',
      STRIPE_WEBHOOK_SECRET: 'whsec_1',
      INVOICE_PAYMENTS: 'on',
      INVOICE_DUE_DAYS: '30',
      KAFKA_BROKERS: 'kafka-1.example:9092,kafka-2.example:9092',
    })
    expect(config.masterKey?.export()).toEqual(Buffer.alloc(32))
    expect({ ...config, masterKey: undefined }).toEqual({
      port: 0,
      host: '127.0.0.1',
      dataDir: '/var/lib/holdfast',
      masterKey: undefined,
      auth: { jwtSecret: 's'.repeat(32) },
      locations: ['BERLIN', 'MAIN'],
      paymentWindowSeconds: 60,
      manualConfirmHours: 144,
      eventStoreUrl: 'esdb://127.0.0.1:2113?tls=false',
      databaseUrl: 'postgres://reader@db.example/holdfast',
      warehouseUrl: 'postgresql://analyst@db.example/warehouse',
      redisUrl: 'rediss://cache.example:6379',
      stripe: { apiKey: 'sk_test_1', webhookSecret: 'whsec_1', apiUrl: undefined },
      invoices: { dueDays: 30 },
      kafkaBrokers: ['kafka-1.example:9092', 'kafka-2.example:9092'],
    })
  })

  test('of a key set has no secret', () => {
    expect(readConfig({ AUTH_JWKS_URL: 'https://login.example/keys' }).auth).toEqual({
      jwksUrl: 'https://login.example/keys',
    })
  })

  test('treats an empty variable as unset', () => {
    expect(readConfig({ PORT: ' ', DATABASE_URL: '' })).toEqual(readConfig({}))
  })

  test('cannot be changed', () => {
    const config = readConfig({
      AUTH_JWT_SECRET: 's'.repeat(32),
      STRIPE_API_KEY: 'sk_1',
      STRIPE_WEBHOOK_SECRET: 'whsec_1',
    })
    const parts = [config, config.auth, config.locations, config.stripe, config.kafkaBrokers]
    expect(parts.map((part) => Object.isFrozen(part))).toEqual([true, true, true, true, true])
  })
})

const wrong: ReadonlyArray<readonly [string, string]> = [
  ['PORT', '65536'],
  ['PORT', '80.5'],
  ['PORT', '-1'],
  ['PORT', 'http'],
  ['MASTER_KEY', 'short'],
  ['AUTH_JWT_SECRET', 's'.repeat(31)],
  ['AUTH_JWKS_URL', 'file:///etc/keys'],
  ['LOCATIONS', 'MAIN,'],
  ['LOCATIONS', 'MAIN,MAIN'],
  ['LOCATIONS', 'MAIN,main'],
  ['LOCATIONS', 'MAIN HALL'],
  ['PAYMENT_WINDOW_SECONDS', '59'],
  ['PAYMENT_WINDOW_SECONDS', '3601'],
  ['MANUAL_CONFIRM_HOURS', '0'],
  ['MANUAL_CONFIRM_HOURS', '145'],
  ['EVENTSTORE_URL', 'http://127.0.0.1:2113'],
  ['DATABASE_URL', 'mysql://db.example'],
  ['WAREHOUSE_URL', 'warehouse'],
  ['REDIS_URL', '127.0.0.1:6379'],
  ['STRIPE_API_KEY', 'pk_test_1'],
  ['STRIPE_WEBHOOK_SECRET', 'secret'],
  ['INVOICE_PAYMENTS', 'yes'],
  ['INVOICE_DUE_DAYS', '0'],
  ['INVOICE_DUE_DAYS', '366'],
  ['KAFKA_BROKERS', 'kafka.example'],
]

describe('a wrong variable', () => {
  test.each(wrong)('%s=%s is refused by its name', (name, value) => {
    const takes = describeConfig().find((row) => row.name === name)?.takes
    expect(problems({ [name]: value })).toEqual([expect.stringContaining(`${name} takes ${takes}`)])
  })

  test('is reported, all of them at once', () => {
    expect(problems({ PORT: 'http', MANUAL_CONFIRM_HOURS: '0' })).toEqual([
      'PORT takes the port of the API, 0 to 65535 (0: a free one), not "http".',
      'MANUAL_CONFIRM_HOURS takes 1 to 144: how long an authorized order waits for confirm, not "0".',
    ])
  })

  test('is reported without its value if it is a secret', () => {
    expect(problems({ MASTER_KEY: 'hush', DATABASE_URL: 'hush', STRIPE_API_KEY: 'hush' }).join('\n')).not.toContain(
      'hush',
    )
  })

  test('is also one that contradicts another', () => {
    expect(problems({ AUTH_JWT_SECRET: 's'.repeat(32), AUTH_JWKS_URL: 'https://login.example' })).toEqual([
      'AUTH_JWT_SECRET and AUTH_JWKS_URL exclude each other: set one.',
    ])
    expect(problems({ STRIPE_API_KEY: 'sk_test_1' })).toEqual([
      'STRIPE_API_KEY and STRIPE_WEBHOOK_SECRET go together: set both, or none for the payment simulator.',
    ])
  })
})

test('every variable is described', () => {
  expect(describeConfig()).toHaveLength(19)
  expect(describeConfig()[0]).toEqual({
    name: 'PORT',
    takes: 'the port of the API, 0 to 65535 (0: a free one)',
    unset: '8080',
  })
})
