// Reads the environment once into strings and checks it once. All errors are reported together, one line per variable.
import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { locationInputSchema } from '#domain/values/names.ts'
import { authSecretLengthMin, type Name, type Variable, variables } from './config-variables.ts'
import { parseMasterKey } from './keys.ts'

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))

const address = (...protocols: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol))

const list = <Entry extends z.ZodType<string, string>>(entry: Entry) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(entry))
    .refine((entries) => new Set(entries).size === entries.length)

const masterKey = z.string().transform((text, context): KeyObject => {
  const key = parseMasterKey(text)
  if (key !== undefined) return key
  context.addIssue({ code: 'custom' })
  return z.NEVER
})

const schema = z
  .object({
    PORT: wholeNumber(0, 65_535),
    HOST: z.union([z.ipv4(), z.ipv6(), z.hostname()]),
    HOLDFAST_DATA_DIR: z.string(),
    MASTER_KEY: masterKey.optional(),
    AUTH_JWT_SECRET: z.string().min(authSecretLengthMin).optional(),
    AUTH_JWKS_URL: address('https:', 'http:').optional(),
    LOCATIONS: list(locationInputSchema),
    PAYMENT_WINDOW_SECONDS: wholeNumber(60, 3_600),
    MANUAL_CONFIRM_HOURS: wholeNumber(1, 144),
    EVENTSTORE_URL: address('esdb:', 'esdb+discover:', 'kurrentdb:', 'kurrentdb+discover:').optional(),
    DATABASE_URL: address('postgres:', 'postgresql:').optional(),
    WAREHOUSE_URL: address('postgres:', 'postgresql:').optional(),
    REDIS_URL: address('redis:', 'rediss:').optional(),
    STRIPE_API_KEY: z
      .string()
      .regex(/^[sr]k_/)
      .optional(),
    STRIPE_WEBHOOK_SECRET: z
      .string()
      .regex(/^whsec_/)
      .optional(),
    STRIPE_API_URL: address('http:', 'https:').optional(),
    INVOICE_PAYMENTS: z.enum(['on', 'off']),
    INVOICE_DUE_DAYS: wholeNumber(1, 365),
    KAFKA_BROKERS: list(
      z
        .string()
        .trim()
        .regex(/^[\w.-]+:\d{1,5}$/),
    ).optional(),
  } satisfies Readonly<Record<Name, z.ZodType>>)
  .readonly()

type Parsed = z.infer<typeof schema>

export type Config = {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  readonly masterKey: KeyObject | undefined
  readonly auth: { readonly jwtSecret: string } | { readonly jwksUrl: string } | undefined
  /** In order of preference, at least one. */
  readonly locations: readonly string[]
  readonly paymentWindowSeconds: number
  readonly manualConfirmHours: number
  /** Each undefined URL means the embedded part. */
  readonly eventStoreUrl: string | undefined
  readonly databaseUrl: string | undefined
  readonly warehouseUrl: string | undefined
  readonly redisUrl: string | undefined
  readonly stripe:
    | { readonly apiKey: string; readonly webhookSecret: string; readonly apiUrl: string | undefined }
    | undefined
  /** Undefined: orders cannot be paid by invoice. */
  readonly invoices: { readonly dueDays: number } | undefined
  /** Empty: change events are not sent. */
  readonly kafkaBrokers: readonly string[]
}

/** Throws an error whose message has a line for each variable that is wrong. A variable set to nothing counts as unset. */
export const readConfig = (environment: Readonly<Record<string, string | undefined>>): Config => {
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== '')
  const defaults = Object.entries<Variable>(variables).map(([name, variable]) => [name, variable.default])
  const result = schema.safeParse({ ...Object.fromEntries(defaults), ...Object.fromEntries(set) })
  const wrong = new Set(result.success ? [] : result.error.issues.map(({ path }) => path[0]))
  const problems = [
    ...Object.keys(variables)
      .filter((name): name is Name => wrong.has(name))
      .map((name) => problemOf(name, environment[name] ?? '')),
    ...(result.success ? contradictions(result.data) : []),
  ]
  if (problems.length > 0 || !result.success) throw new Error(problems.join('\n'))
  return configOf(result.data)
}

const problemOf = (name: Name, value: string): string => {
  const variable: Variable = variables[name]
  return `${name} takes ${variable.takes}${variable.secret === true ? '' : `, not "${value}"`}.`
}

const contradictions = (parsed: Parsed): readonly string[] => {
  const problems: string[] = []
  if (parsed.AUTH_JWT_SECRET !== undefined && parsed.AUTH_JWKS_URL !== undefined)
    problems.push('AUTH_JWT_SECRET and AUTH_JWKS_URL exclude each other: set one.')
  if ((parsed.STRIPE_API_KEY === undefined) !== (parsed.STRIPE_WEBHOOK_SECRET === undefined))
    problems.push('STRIPE_API_KEY and STRIPE_WEBHOOK_SECRET go together: set both, or none for the payment simulator.')
  return problems
}

const configOf = (parsed: Parsed): Config => {
  const { AUTH_JWT_SECRET: jwtSecret, AUTH_JWKS_URL: jwksUrl } = parsed
  const { STRIPE_API_KEY: apiKey, STRIPE_WEBHOOK_SECRET: webhookSecret } = parsed
  const keySet = jwksUrl === undefined ? undefined : Object.freeze({ jwksUrl })
  return Object.freeze({
    port: parsed.PORT,
    host: parsed.HOST,
    dataDir: parsed.HOLDFAST_DATA_DIR,
    masterKey: parsed.MASTER_KEY,
    auth: jwtSecret === undefined ? keySet : Object.freeze({ jwtSecret }),
    locations: Object.freeze(parsed.LOCATIONS),
    paymentWindowSeconds: parsed.PAYMENT_WINDOW_SECONDS,
    manualConfirmHours: parsed.MANUAL_CONFIRM_HOURS,
    eventStoreUrl: parsed.EVENTSTORE_URL,
    databaseUrl: parsed.DATABASE_URL,
    warehouseUrl: parsed.WAREHOUSE_URL,
    redisUrl: parsed.REDIS_URL,
    stripe:
      apiKey === undefined || webhookSecret === undefined
        ? undefined
        : Object.freeze({ apiKey, webhookSecret, apiUrl: parsed.STRIPE_API_URL }),
    invoices: parsed.INVOICE_PAYMENTS === 'on' ? Object.freeze({ dueDays: parsed.INVOICE_DUE_DAYS }) : undefined,
    kafkaBrokers: Object.freeze(parsed.KAFKA_BROKERS ?? []),
  })
}
