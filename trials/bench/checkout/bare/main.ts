// The bare checkout as a process of its own, with which `npm run bench` measures the cost of libraries and network alone.
import { parseArgs } from 'node:util'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { stripeAddress } from '#platform/stripe/address.ts'
import { connectStripe } from '#platform/stripe/connection.ts'
import { createBareApp } from './app.ts'

const text = { type: 'string' } as const
const { port, events, payments } = parseArgs({ options: { port: text, events: text, payments: text } }).values
const { PAYMENT_SIMULATOR_KEY = '', PAYMENT_SIMULATOR_WEBHOOK_SECRET = '' } = process.env

const socketsMax = 64
const answerMillisecondsMax = 5_000

const client = connectEventStore(events ?? '')
const stripe = connectStripe(stripeAddress({ apiKey: PAYMENT_SIMULATOR_KEY, apiUrl: payments }), {
  socketsMax,
  answerMillisecondsMax,
})
createBareApp({ client, stripe, webhookSecret: PAYMENT_SIMULATOR_WEBHOOK_SECRET }).listen(
  Number(port),
  '127.0.0.1',
  () => console.log(JSON.stringify({ ready: true })),
)
process.once('SIGTERM', () => process.exit(0))
