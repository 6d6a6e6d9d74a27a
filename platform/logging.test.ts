import { describe, expect, test } from 'vitest'
import { createLogger, type Logger } from './logging.ts'

/** What one call writes, read back; fields that differ from run to run are left out. */
const written = (log: (logger: Logger) => void): Readonly<Record<string, unknown>> => {
  const lines: string[] = []
  log(createLogger({ destination: { write: (line) => lines.push(line) } }))
  expect(lines).toHaveLength(1)
  const { time, pid, ...fields }: Readonly<Record<string, unknown>> = JSON.parse(lines[0] ?? '')
  expect(time).toMatch(/^\d{4}-\d\d-\d\dT.+Z$/)
  expect(pid).toBe(process.pid)
  return fields
}

const person = {
  email: 'ada@example.com',
  name: 'Ada',
  shippingAddress: { line1: '1 Main Street', city: 'Berlin', country: 'DE' },
}

describe('a log line', () => {
  test('has level, time, message and the given fields', () => {
    expect(written((log) => log.warn({ orderId: 'o-1', attempt: 2, price: 12n }, 'slow'))).toEqual({
      level: 'warn',
      msg: 'slow',
      orderId: 'o-1',
      attempt: 2,
      price: '12',
    })
  })

  test.each([
    'email',
    'name',
    'phone',
    'line1',
    'line2',
    'city',
    'postalCode',
    'shippingAddress',
    'authorization',
    'Authorization',
    'set-cookie',
    'order-token',
    'orderToken',
    'reservationToken',
    'clientSecret',
    'client_secret',
    'password',
    'apiKey',
  ])('hides %s at any depth', (key) => {
    const line = written((log) => log.info({ [key]: 'seen', deep: [{ [key]: { inside: 'seen' } }] }))
    expect(line).toEqual({ level: 'info', [key]: '[redacted]', deep: [{ [key]: '[redacted]' }] })
  })

  test('hides a person completely', () => {
    expect(JSON.stringify(written((log) => log.info({ order: { customer: person, ...person } })))).not.toMatch(
      /ada|Ada|Main|Berlin/,
    )
  })

  test('hides the bindings of a child logger', () => {
    expect(written((log) => log.child({ email: 'ada@example.com', orderId: 'o-1' }).info('paid'))).toEqual({
      level: 'info',
      msg: 'paid',
      email: '[redacted]',
      orderId: 'o-1',
    })
  })

  test.each([
    ['mail to ada@example.com failed', 'mail to [redacted] failed'],
    [
      'GET /v1/orders/track?orderNumber=1&email=ada%40example.com',
      'GET /v1/orders/track?orderNumber=1&email=[redacted]',
    ],
    ['postgres://holdfast:hush@127.0.0.1/a', 'postgres://[redacted]@127.0.0.1/a'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer [redacted]'],
    ['key sk_test_123', 'key [redacted]'],
    ['secret pi_1_secret_2', 'secret [redacted]'],
    ['stream stock-A.1@MAIN.EU', 'stream stock-A.1@MAIN.EU'],
  ])('of "%s" reads "%s"', (text, shown) => {
    expect(written((log) => log.info(text)).msg).toBe(shown)
    expect(written((log) => log.info({ text }, '%s', text))).toMatchObject({ text: shown, msg: shown })
  })

  test('of an error has its type, message, stack and code, and no other property', () => {
    const error = Object.assign(new TypeError('no ada@example.com', { cause: new Error('of ada@example.com') }), {
      code: 'E1',
      headers: { authorization: 'Bearer hush' },
      body: 'Ada',
    })
    for (const line of [written((log) => log.error(error)), written((log) => log.error({ err: error }, 'failed'))]) {
      expect(line.err).toMatchObject({ type: 'TypeError', message: 'no [redacted]', code: 'E1' })
      expect(JSON.stringify(line)).not.toMatch(/ada@|hush|Ada/)
    }
  })

  test('of a cyclic value ends', () => {
    const node: { id: number; self?: object } = { id: 1 }
    node.self = node
    expect(JSON.stringify(written((log) => log.info({ node })))).toContain('[too deep]')
  })
})

test('lines below the level are not written', () => {
  const lines: string[] = []
  createLogger({ level: 'warn', destination: { write: (line) => lines.push(line) } }).info('quiet')
  expect(lines).toEqual([])
})
