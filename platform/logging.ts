// Goal: no personal data and no secret in a log, whatever is handed to it. Method: fields are censored by their key at any
// depth, and texts by their shape (email addresses, credentials in URLs), also in messages and errors.
import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }

const censored = '[redacted]'
const depthMax = 8
const entriesMax = 1_000

const personalKeys = ['email', 'name', 'firstName', 'lastName', 'phone', 'customer', 'person', 'recipient']
const addressKeys = ['address', 'shippingAddress', 'billingAddress', 'line1', 'line2', 'city', 'postalCode', 'postcode']
const secretKeys = [
  'authorization',
  'cookie',
  'setCookie',
  'password',
  'secret',
  'clientSecret',
  'token',
  'orderToken',
  'reservationToken',
  'storefrontKey',
  'staffToken',
  'adminToken',
  'apiKey',
  'masterKey',
  'webhookSecret',
  'jwtSecret',
  'stripeSignature',
  'accessToken',
  'refreshToken',
]
/** A key as it is compared: without case, dashes and underscores. */
const plain = (key: string): string => key.toLowerCase().replaceAll(/[_-]/g, '')

const hiddenKeys = [...personalKeys, ...addressKeys, ...secretKeys]
const hiddenPlainKeys = new Set(hiddenKeys.map(plain))

const texts: ReadonlyArray<readonly [RegExp, string]> = [
  [/(:\/\/)[^\s/@]+@/g, `$1${censored}@`],
  [/([?&](?:email|token|key)=)[^&#\s"]*/gi, `$1${censored}`],
  [/\b(Bearer)\s+[\w.~+/=-]+/gi, `$1 ${censored}`],
  [/\b(?:[sr]k_(?:live|test)|whsec|pi_\w+_secret)_\w+/g, censored],
  // Stream names have an @ too, but capitals after it: `stock-A@MAIN.EU` stays readable.
  [/[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b/g, censored],
]

export type LoggerOptions = {
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Standard output unless given. */
  readonly destination?: DestinationStream
}

/** Writes a JSON object a line: `level` by its word, `time` in ISO 8601, `msg`, and the fields given. */
export const createLogger = ({ level = 'info', destination = pino.destination(1) }: LoggerOptions = {}): Logger => {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // What child loggers are bound to does not pass the hook below.
      redact: { paths: hiddenKeys, censor: censored },
      // Already shown as it should be by then; pino's own would take causes into the message.
      serializers: { err: (shown: unknown) => shown },
      hooks: {
        logMethod(args, method) {
          Reflect.apply(method, this, censorArguments(args))
        },
      },
    },
    destination,
  )
}

/** Errors become plain objects here: of an Error, pino itself would take the message uncensored. */
const censorArguments = (args: readonly unknown[]): readonly unknown[] => {
  const [first, ...rest] = args
  const error = first instanceof Error ? first : errorIn(first)
  const fields = first instanceof Error ? { err: first } : first
  const shown = error !== undefined && rest.length === 0 ? [error.message] : rest
  return [fields, ...shown].map((value) => censor({ key: '', value, depth: 0 }))
}

const errorIn = (fields: unknown): Error | undefined => {
  if (typeof fields !== 'object' || fields === null || !('err' in fields)) return undefined
  return fields.err instanceof Error ? fields.err : undefined
}

type Field = { readonly key: string; readonly value: unknown; readonly depth: number }

const censor = ({ key, value, depth }: Field): unknown => {
  if (hiddenPlainKeys.has(plain(key))) return value === undefined || value === null ? value : censored
  if (typeof value === 'string') return censorText(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (depth >= depthMax) return '[too deep]'
  if (value instanceof Error) return censorError(value, depth)
  if (value instanceof Date) return value
  if (Array.isArray(value))
    return value.slice(0, entriesMax).map((entry) => censor({ key: '', value: entry, depth: depth + 1 }))
  const entries = Object.entries(value).slice(0, entriesMax)
  return Object.fromEntries(
    entries.map(([name, entry]) => [name, censor({ key: name, value: entry, depth: depth + 1 })]),
  )
}

/** Of an error only what every error has: libraries hang requests, headers included, on theirs. */
const censorError = (error: Error, depth: number): object => {
  const code = 'code' in error ? error.code : undefined
  return {
    type: error.name,
    message: censorText(error.message),
    stack: censorText(error.stack ?? ''),
    ...(code === undefined ? {} : { code: String(code) }),
    ...(error.cause === undefined ? {} : { cause: censor({ key: 'cause', value: error.cause, depth: depth + 1 }) }),
  }
}

const censorText = (text: string): string => {
  return texts.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text)
}
