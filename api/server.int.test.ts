import { request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { bodyBytesMax } from './http/body.ts'
import { type RunningApi, shopKey, startApi } from './testing/running-api.ts'
import { product } from './testing/use-cases.ts'

const apis: RunningApi[] = []
const start = async (...given: Parameters<typeof startApi>): Promise<RunningApi> => {
  const api = await startApi(...given)
  apis.push(api)
  return api
}
afterEach(() => Promise.all(apis.splice(0).map((api) => api.close())))

/** A query that answers after `open` was called. */
const gate = () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>()
  const productBySku = async () => {
    enter()
    await promise
    return product
  }
  return { productBySku, open: resolve, entered }
}

describe('traces', () => {
  test('the trace of the caller continues in the answer, the command and the log', async () => {
    const api = await start()
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const reply = await api.call('GET', '/v1/products/NOPE', {
      headers: {
        traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
        'x-request-id': 'request-1',
        'x-correlation-id': 'cart-9',
      },
    })
    expect(reply.body).toMatchObject({ traceId })
    expect(reply.headers.get('traceparent')).toMatch(new RegExp(`^00-${traceId}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`))
    expect(reply.headers.get('x-request-id')).toBe('request-1')
    expect(reply.headers.get('x-correlation-id')).toBe('cart-9')
    expect(api.logged.map((text) => JSON.parse(text))).toMatchObject([
      { requestId: 'request-1', correlationId: 'cart-9', traceId, operation: 'readProduct', status: 404 },
    ])
  })

  test('ids that do not belong in a log are replaced', async () => {
    const api = await start()
    const headers = { traceparent: 'nonsense', 'x-request-id': 'a b"c', 'x-correlation-id': 'x'.repeat(65) }
    const reply = await api.call('GET', '/v1/products', { headers })
    expect(reply.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/)
    expect(reply.headers.get('x-correlation-id')).toBe(reply.headers.get('x-request-id'))
    expect(reply.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  })
})

test('no answer may be cached, sniffed or framed, and none names the server', async () => {
  const api = await start()
  for (const path of ['/v1/products', '/v1/nothing', '/health/live', '/docs', '/openapi.json']) {
    const { headers } = await api.call('GET', path)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-powered-by')).toBeNull()
  }
})

describe('bounds', () => {
  test('requests above the bound are refused and told when to try again, but probes are answered', async () => {
    const held = gate()
    const api = await start({ useCases: { productBySku: held.productBySku }, shell: { requestsMax: 1 } })
    const first = api.call('GET', '/v1/products/MUG-1')
    await held.entered
    const second = await api.call('GET', '/v1/products/MUG-1')
    const probe = await api.call('GET', '/health/live')
    held.open()
    expect([second.status, second.body]).toMatchObject([503, { code: 'overloaded' }])
    expect(second.headers.get('retry-after')).toBe('1')
    expect([probe.status, (await first).status]).toEqual([200, 200])
    expect((await api.call('GET', '/v1/products/MUG-1')).status).toBe(200)
  })

  test('a body of unknown length is refused as soon as it is too large', async () => {
    const api = await start()
    const status = await new Promise((resolve, reject) => {
      const sent = request(
        `${api.server.url}/v1/reservations`,
        { method: 'POST', headers: { authorization: `Bearer ${shopKey}`, 'content-type': 'application/json' } },
        (response) => resolve([response.statusCode, response.headers.connection]),
      )
      sent.on('error', reject)
      sent.write(Buffer.alloc(bodyBytesMax, ' '))
      sent.write(' ')
    })
    expect(status).toEqual([413, 'keep-alive'])
  })

  test('the server continues after a caller disconnects in the middle of a body', async () => {
    const api = await start()
    const socket = connect(api.server.port, '127.0.0.1')
    socket.write(
      `POST /v1/reservations HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${shopKey}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"lines"`,
    )
    await wait(50)
    socket.destroy()
    await expect.poll(() => api.logged.join('')).toContain('"code":"malformed_request"')
    expect((await api.call('GET', '/v1/products')).status).toBe(200)
  })
})

describe('stopping', () => {
  test('requests in progress are answered, then the port is closed', async () => {
    const held = gate()
    const api = await startApi({ useCases: { productBySku: held.productBySku } })
    await api.call('GET', '/health/live')
    const underWay = api.call('GET', '/v1/products/MUG-1')
    await held.entered
    const closed = api.server.close(new Promise(() => undefined))
    await expect(fetch(`${api.server.url}/health/live`)).rejects.toThrow()
    held.open()
    expect((await underWay).status).toBe(200)
    await closed
  })

  test('connections that are still open at the deadline are cut', async () => {
    const held = gate()
    const api = await startApi({ useCases: { productBySku: held.productBySku } })
    const underWay = api.call('GET', '/v1/products/MUG-1')
    await held.entered
    await Promise.all([api.server.close(Promise.resolve()), expect(underWay).rejects.toThrow()])
    held.open()
  })

  test('a port that is taken is an error', async () => {
    const api = await start()
    const { startServer } = await import('./server.ts')
    await expect(startServer(() => undefined, { host: '127.0.0.1', port: api.server.port })).rejects.toThrow(
      'is taken: set PORT to another',
    )
  })
})

describe('probes', () => {
  test('readiness is answered with the reason if the process is not ready', async () => {
    const ready = await start()
    expect((await ready.call('GET', '/health/ready', { credential: '' })).body).toEqual({
      status: 'ready',
      checks: [{ name: 'event store', ready: true }],
    })
    const stopping = await start({
      useCases: { readiness: async () => [{ name: 'server', ready: false, detail: 'stopping' }] },
    })
    const reply = await stopping.call('GET', '/health/ready', { credential: '' })
    expect([reply.status, reply.body]).toEqual([
      503,
      { status: 'not_ready', checks: [{ name: 'server', ready: false, detail: 'stopping' }] },
    ])
  })

  test('metrics count by route, not by address', async () => {
    const api = await start()
    await api.call('GET', '/v1/products/MUG-1')
    await api.call('GET', '/v1/products/NOPE')
    const { text, contentType } = await api.call('GET', '/metrics', { credential: '' })
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).toContain(
      'http_request_duration_seconds_count{method="get",route="/v1/products/{sku}",status="200"} 1',
    )
    expect(text).toContain(
      'http_request_duration_seconds_count{method="get",route="/v1/products/{sku}",status="404"} 1',
    )
    expect(text).toContain('process_cpu_seconds_total')
    expect(text).not.toContain('MUG-1')
  })
})

test('the documentation is one page that loads nothing', async () => {
  const api = await start()
  const page = await api.call('GET', '/docs', { credential: '' })
  expect([page.status, page.contentType]).toEqual([200, 'text/html; charset=utf-8'])
  expect(page.text).toContain('id="problem-out_of_stock"')
  expect(page.text).toContain('POST /v1/reservations')
  expect(page.text).not.toMatch(/<script|<link|<img|https?:/)
})
