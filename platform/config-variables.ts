export const authSecretLengthMin = 32

export type Variable = {
  readonly takes: string
  readonly unset: string
  readonly default?: string
  /** Its value is never shown. */
  readonly secret?: true
}

const embedded = (part: string): string => `the embedded ${part}`

export const variables = {
  PORT: { takes: 'the port of the API, 0 to 65535 (0: a free one)', unset: '8080', default: '8080' },
  HOST: {
    takes: 'the address that the API listens on; anything but loopback opens it to the network',
    unset: '127.0.0.1',
    default: '127.0.0.1',
  },
  HOLDFAST_DATA_DIR: { takes: 'the folder of the embedded stack', unset: '.holdfast', default: '.holdfast' },
  MASTER_KEY: {
    takes: '32 bytes as base64 or hexadecimal (openssl rand -base64 32)',
    unset: 'made on the first embedded start',
    secret: true,
  },
  AUTH_JWT_SECRET: {
    takes: `the secret of staff tokens (HS256), at least ${authSecretLengthMin} characters`,
    unset: 'made on the first embedded start',
    secret: true,
  },
  AUTH_JWKS_URL: { takes: 'the https URL of the key set that signs staff tokens', unset: 'AUTH_JWT_SECRET' },
  LOCATIONS: {
    takes: 'stock locations in order of preference, as A,B (letters, digits, . _ -)',
    unset: 'MAIN',
    default: 'MAIN',
  },
  PAYMENT_WINDOW_SECONDS: {
    takes: '60 to 3600: how long a started payment holds its stock',
    unset: '600',
    default: '600',
  },
  MANUAL_CONFIRM_HOURS: {
    takes: '1 to 144: how long an authorized order waits for confirm',
    unset: '24',
    default: '24',
  },
  EVENTSTORE_URL: {
    takes: 'an EventStoreDB or KurrentDB, as esdb://host:2113',
    unset: embedded('event store'),
    secret: true,
  },
  DATABASE_URL: {
    takes: 'a Postgres database for read models, as postgres://…',
    unset: embedded('Postgres'),
    secret: true,
  },
  WAREHOUSE_URL: {
    takes: 'a Postgres database for analysts, as postgres://…',
    unset: embedded('Postgres'),
    secret: true,
  },
  REDIS_URL: { takes: 'a Redis or Valkey, as redis://host:6379', unset: embedded('Redis'), secret: true },
  STRIPE_API_KEY: { takes: 'a secret or restricted key (sk_… or rk_…)', unset: 'the payment simulator', secret: true },
  STRIPE_WEBHOOK_SECRET: {
    takes: 'the signing secret of the webhook (whsec_…), set together with STRIPE_API_KEY',
    unset: 'the payment simulator',
    secret: true,
  },
  STRIPE_API_URL: {
    takes: 'the address of the Stripe API, as http://127.0.0.1:12111 for the payment simulator',
    unset: "Stripe's own",
  },
  INVOICE_PAYMENTS: {
    takes: 'on or off: whether orders can be paid by invoice, with the payment method invoice',
    unset: 'off',
    default: 'off',
  },
  INVOICE_DUE_DAYS: {
    takes: '1 to 365: how many days a customer has to pay an invoice',
    unset: '14',
    default: '14',
  },
  KAFKA_BROKERS: { takes: 'brokers for change events, as host:9092,host:9092', unset: 'no change events' },
} satisfies Readonly<Record<string, Variable>>

export type Name = keyof typeof variables

export type ConfigRow = { readonly name: string; readonly takes: string; readonly unset: string }

/** A row for each variable, for `npm start -- --help`: `unset` is what holds when it is not set. */
export const describeConfig = (): readonly ConfigRow[] => {
  return Object.entries(variables).map(([name, { takes, unset }]) => ({ name, takes, unset }))
}
