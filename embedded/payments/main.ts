// The payment simulator as a process of its own. Prints one line of JSON when it is ready; SIGINT and SIGTERM stop it.

import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { errorText } from '#domain/error-text.ts'
import { parseFaultPlan } from './faults/faults.ts'
import { startPaymentSimulator } from './simulator.ts'

const usage = `Usage: payments [--port 12111] [--host 127.0.0.1] [--data .holdfast/payments | --memory] [--webhook-url URL [--webhook-events a,b]]
                [--latency-ms 0] [--faults FILE|JSON]
Environment: PAYMENT_SIMULATOR_KEY, the API key that callers must send;
             PAYMENT_SIMULATOR_WEBHOOK_SECRET, needed with --webhook-url.`

const settings = z.object({
  port: z.coerce.number({ error: '--port takes a number from 0 to 65535' }).int().min(0).max(65_535),
  host: z.union([z.ipv4(), z.ipv6(), z.hostname()], { error: '--host takes an address to listen on' }),
  data: z.string().min(1, '--data takes a folder'),
  latencyMilliseconds: z.coerce.number({ error: '--latency-ms takes milliseconds' }).int().min(0).max(60_000),
  faults: z.string().optional(),
  apiKey: z.string({ error: 'PAYMENT_SIMULATOR_KEY is missing: it takes the API key that callers must send' }).min(1),
  webhookEvents: z.array(z.string().min(1, '--webhook-events takes types, as a,b')).optional(),
  webhookUrl: z.url({ protocol: /^https?$/, error: '--webhook-url takes an http or https address' }).optional(),
  webhookSecret: z.string().min(1).optional(),
})

const readSettings = () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '12111' },
      host: { type: 'string', default: '127.0.0.1' },
      data: { type: 'string', default: '.holdfast/payments' },
      memory: { type: 'boolean', default: false },
      'webhook-url': { type: 'string' },
      'webhook-events': { type: 'string' },
      'latency-ms': { type: 'string', default: '0' },
      faults: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return null
  return settings.parse({
    port: values.port,
    host: values.host,
    data: values.memory ? 'memory' : values.data,
    latencyMilliseconds: values['latency-ms'],
    faults: values.faults,
    apiKey: process.env.PAYMENT_SIMULATOR_KEY,
    webhookUrl: values['webhook-url'],
    webhookEvents: values['webhook-events']?.split(','),
    webhookSecret: process.env.PAYMENT_SIMULATOR_WEBHOOK_SECRET,
  })
}

const webhookOf = ({ webhookUrl: url, webhookSecret: secret, webhookEvents: events }: z.infer<typeof settings>) => {
  if (url === undefined) return {}
  if (secret === undefined)
    throw new Error('PAYMENT_SIMULATOR_WEBHOOK_SECRET is missing: --webhook-url needs the secret to sign with.')
  return { webhook: { url, secret, ...(events === undefined ? {} : { events }) } }
}

/** The switches as JSON, or the file that holds them. */
const faultsOf = (given: string | undefined) => {
  if (given === undefined) return {}
  try {
    return { faults: parseFaultPlan(given.trimStart().startsWith('{') ? given : readFileSync(given, 'utf8')) }
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : []
    const reason = issue === undefined ? String(error) : `${issue.path.join('.')} ${issue.message}`
    throw new Error(`--faults takes the switches as JSON, or a file of them: ${reason}`, { cause: error })
  }
}

const run = async (): Promise<void> => {
  const chosen = readSettings()
  if (chosen === null) {
    console.log(usage)
    return
  }
  const simulator = await startPaymentSimulator({
    dataDir: chosen.data,
    port: chosen.port,
    host: chosen.host,
    apiKey: chosen.apiKey,
    latencyMilliseconds: chosen.latencyMilliseconds,
    ...faultsOf(chosen.faults),
    ...webhookOf(chosen),
    log: (line) => console.error(line),
  })
  const stop = (): void => {
    simulator.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const url = `http://${chosen.host}:${simulator.port}`
  console.log(JSON.stringify({ ready: true, pid: process.pid, url, ledger: chosen.data }))
}

const fail = (error: unknown): never => {
  const first = error instanceof z.ZodError ? error.issues[0]?.message : undefined
  console.error(first ?? errorText(error))
  process.exit(1)
}

run().catch(fail)
