// The ledger across restarts and kills, with the simulator in a process of its own.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startPaymentSimulator } from './simulator.ts'
import { apiKey, errorOf, requestJson, sdk, testSimulator } from './testing/simulator.ts'

let dataDir: string

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'payments-'))
})

afterEach(() => rm(dataDir, { recursive: true }))

const order = {
  amount: 1000,
  currency: 'eur',
  confirm: true,
  payment_method: 'pm_card_visa',
  allowed_payment_method_types: ['card'],
}

const mainPath = path.join(import.meta.dirname, 'main.ts')

const startChild = (args: readonly string[], key: string | undefined = apiKey): ChildProcess =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', mainPath, ...args], {
    env: key === undefined ? {} : { PAYMENT_SIMULATOR_KEY: key },
    stdio: ['ignore', 'pipe', 'pipe'],
  })

const readyPort = async (child: ChildProcess): Promise<number> => {
  if (!child.stdout) throw new Error('the child has no output')
  const [line] = await once(child.stdout, 'data')
  return Number(/127\.0\.0\.1:(\d+)/.exec(String(line))?.[1])
}

const endOf = async (child: ChildProcess): Promise<{ code: number | null; errors: string }> => {
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  const [code] = await once(child, 'close')
  return { code: typeof code === 'number' ? code : null, errors }
}

test('a restart keeps intents, charges, refunds and answers', async () => {
  const first = await startPaymentSimulator({ dataDir, port: 0, apiKey })
  const before = await sdk(first.port).paymentIntents.create(order, { idempotencyKey: 'create-1' })
  const refund = await sdk(first.port).refunds.create({ payment_intent: before.id, amount: 100 })
  await first.stop()

  await using second = await testSimulator({ dataDir })
  expect(await second.stripe.paymentIntents.retrieve(before.id)).toEqual(before)
  expect(await second.stripe.refunds.retrieve(refund.id)).toEqual(refund)
  const again = await second.stripe.paymentIntents.create(order, { idempotencyKey: 'create-1' })
  expect(again.id).toBe(before.id)
})

test('SIGKILL under load keeps every answered charge', async () => {
  const child = startChild(['--port', '0', '--data', dataDir])
  const stripe = sdk(await readyPort(child))
  const answered = new Set<string>()
  const payUntilKilled = async (): Promise<void> => {
    for (;;) {
      const intent = await stripe.paymentIntents.create(order).catch(() => null)
      if (intent === null) return
      answered.add(String(intent.latest_charge))
      if (answered.size === 300) child.kill('SIGKILL')
    }
  }
  await Promise.all(Array.from({ length: 20 }, payUntilKilled))
  expect(answered.size).toBeGreaterThanOrEqual(300)

  await using restarted = await testSimulator({ dataDir })
  const { body } = await requestJson(restarted.port, 'GET', '/simulator/charges')
  const kept = new Set(JSON.stringify(body).match(/ch_[0-9a-f]+/g))
  expect([...answered].filter((id) => !kept.has(id))).toEqual([])
})

test('SIGTERM stops it cleanly', async () => {
  const child = startChild(['--port', '0', '--data', dataDir])
  await readyPort(child)
  const end = endOf(child)
  child.kill('SIGTERM')
  expect(await end).toEqual({ code: 0, errors: '' })
})

test('a taken port, a folder in use and a missing key are each refused in one clear line', async () => {
  await using running = await testSimulator({ dataDir })
  expect(await endOf(startChild(['--memory', '--port', String(running.port)]))).toEqual({
    code: 1,
    errors: `Port ${running.port} is taken: stop what listens there or choose another with --port.\n`,
  })
  expect(await endOf(startChild(['--port', '0', '--data', dataDir]))).toEqual({
    code: 1,
    errors: `The payment ledger in ${dataDir} is in use: one simulator a data folder.\n`,
  })
  expect(await endOf(spawnWithoutKey())).toEqual({
    code: 1,
    errors: 'PAYMENT_SIMULATOR_KEY is missing: it takes the API key that callers must send\n',
  })
})

test('faults can be set at the start as JSON or as a JSON file; malformed ones are refused in one line', async () => {
  const file = path.join(dataDir, 'faults.json')
  await writeFile(file, '{"calls": [{"kind": "error_before"}]}')
  const failing = startChild(['--memory', '--port', '0', '--faults', file])
  const error = await errorOf(sdk(await readyPort(failing)).charges.list())
  failing.kill('SIGTERM')
  expect(error.statusCode).toBe(500)
  expect(await endOf(startChild(['--memory', '--port', '0', '--faults', '{"calls": [{"kind": "explode"}]}']))).toEqual({
    code: 1,
    errors: expect.stringMatching(/^--faults takes the switches as JSON, or a file of them: calls\.0\.kind .+\n$/),
  })
})

const spawnWithoutKey = (): ChildProcess =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', mainPath, '--memory', '--port', '0'], {
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
  })

test('a durable ledger cannot be emptied over HTTP', async () => {
  await using simulator = await testSimulator({ dataDir })
  expect((await simulator.request('POST', '/simulator/reset')).status).toBe(404)
})
