// Every request of the adapter against stripe-mock, which checks parameters against Stripe's own OpenAPI description and
// refuses unknown ones. It answers from fixtures, so what the answers mean is not tested here. Its description is of
// 2026-08-26.dahlia, the latest that it has, a version before the pinned one. It is built with Go, where there is one.

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Child, startChild } from '#embedded/process/child.ts'
import { createStripeProvider } from './provider.ts'

const run = promisify(execFile)
const stripeMock = 'github.com/stripe/stripe-mock@v0.203.0'
const buildMillisecondsMax = 110_000
const listening = /Listening for HTTP at address: 127\.0\.0\.1:(\d+)/

const folder = await mkdtemp(path.join(os.tmpdir(), 'stripe-mock-'))
const missing = await run('go', ['install', stripeMock], {
  env: { ...process.env, GOBIN: folder },
  timeout: buildMillisecondsMax,
}).then(
  () => undefined,
  () => `skipped: stripe-mock cannot be built here (go install ${stripeMock})`,
)

let child: Child | undefined
let port = 0

const start = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const addresses = ['-http-addr', '127.0.0.1:0', '-https-addr', '127.0.0.1:0'] as const
    child = startChild({
      command: [path.join(folder, 'stripe-mock'), ...addresses],
      stopSignal: 'TERM',
      log: (line) => {
        const found = listening.exec(line)?.[1]
        if (found !== undefined) resolve(Number(found))
      },
    })
    child.exited.then(() => reject(new Error('stripe-mock did not start')))
  })

beforeAll(async () => {
  if (missing === undefined) port = await start()
})

afterAll(async () => {
  await child?.stop(2_000)
  await rm(folder, { recursive: true, force: true })
})

describe.skipIf(missing !== undefined)(`Stripe's description of its API${missing ? ` (${missing})` : ''}`, () => {
  const connect = () => createStripeProvider({ apiKey: 'sk_test_mock', host: '127.0.0.1', port, protocol: 'http' })
  const intent = { orderId: 'order-1', attempt: 1, providerObjectId: 'pi_1' }
  const refund = { orderId: 'order-1', refundId: 'refund-1', paymentObjectId: 'pi_1', failedObjectIds: [] }

  test('takes every request about an intent', async () => {
    const provider = connect()
    const order = { orderId: 'order-1', attempt: 1, amount: 1_250, currency: 'EUR', paymentMethod: 'pm_card_visa' }
    const views = [
      await provider.createIntent(order),
      await provider.readIntent('pi_1'),
      await provider.confirmIntent(intent),
      await provider.captureIntent({ ...intent, amount: 1_250 }),
      await provider.voidIntent(intent),
    ]
    for (const view of views) expect(view.providerObjectId).toMatch(/^pi_/)
    expect(await provider.findIntent({ orderId: 'order-1', attempt: 1, since: 1_700_000_000_000 })).toBeUndefined()
  })

  test('takes every request about a refund', async () => {
    const provider = connect()
    expect((await provider.refund({ ...refund, amount: 100 })).providerObjectId).toMatch(/^re_/)
    expect(await provider.findRefund(refund)).toBeUndefined()
  })

  test('refuses a parameter that it does not know', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/refunds`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_mock' },
      body: new URLSearchParams({ payment_intent: 'pi_1', unheard_of: '1' }),
    })
    expect(response.status).toBe(400)
  })
})
