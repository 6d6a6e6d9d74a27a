// The bare checkout with a durable event store node and a payment simulator of its own, sold from as ours is.
import path from 'node:path'
import { apiNodeFlags } from '#embedded/process/node-flags.ts'
import { freePort } from '#embedded/process/ports.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { webhookEvents } from '#platform/stripe/webhooks.ts'
import { startProcess } from '#stack/process.ts'
import { stackSecrets } from '#stack/secrets.ts'
import type { Running } from '#stack/supervise.ts'
import { openPayments } from '../../../shop/payments.ts'
import { closable } from '../../closing.ts'
import { openConnections } from '../../connections.ts'
import { patiently } from '../../patience.ts'
import { createFolder } from '../../servers.ts'
import { readBooks, shelves } from '../books.ts'
import { createBuyer } from '../buyer.ts'
import type { CheckoutShop } from '../shop.ts'

const host = '127.0.0.1'

const freePortText = async (): Promise<string> => String(await freePort())

type BareOptions = { readonly clients: number; readonly paymentLatencyMilliseconds: number }
type Flags = Readonly<Record<string, string>>

const startParts = async (folder: string, latencyMilliseconds: number, started: (part: Running) => void) => {
  const { paymentKey, webhookSecret } = stackSecrets(folder)
  const environment = { PAYMENT_SIMULATOR_KEY: paymentKey, PAYMENT_SIMULATOR_WEBHOOK_SECRET: webhookSecret }
  const logDir = path.join(folder, 'logs')
  const start = async (name: string, script: string, flags: Flags, nodeArgs: readonly string[] = []) => {
    const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value])
    started(await startProcess({ name, script, args, nodeArgs, environment, logDir }))
  }
  const [eventStorePort, paymentsPort, port] = [await freePortText(), await freePortText(), await freePortText()]
  const eventStoreUrl = `esdb://${host}:${eventStorePort}?tls=false`
  const paymentsUrl = `http://${host}:${paymentsPort}`
  const url = `http://${host}:${port}`
  const events = { port: eventStorePort, data: path.join(folder, 'eventstore') }
  await start('eventstore', 'embedded/eventstore/main.ts', events)
  const webhooks = { 'webhook-url': `${url}/webhooks/stripe`, 'webhook-events': webhookEvents.join(',') }
  const money = { port: paymentsPort, data: path.join(folder, 'payments'), 'latency-ms': `${latencyMilliseconds}` }
  await start('payments', 'embedded/payments/main.ts', { ...money, ...webhooks })
  const bare = { port, events: eventStoreUrl, payments: paymentsUrl }
  await start('bare-checkout', 'trials/bench/checkout/bare/main.ts', bare, apiNodeFlags)
  return { url, eventStoreUrl, paymentsUrl }
}

export const openBareShop = async ({ clients, paymentLatencyMilliseconds }: BareOptions): Promise<CheckoutShop> => {
  const { folder, remove } = await createFolder()
  const parts: Running[] = []
  const stop = closable(async () => {
    for (const part of parts.toReversed()) await part.stop()
    await remove()
  })
  const started = await startParts(folder, paymentLatencyMilliseconds, (part) => void parts.push(part))
  const connections = openConnections([started.url], clients)
  const client = connectEventStore(started.eventStoreUrl)
  const payments = openPayments({ addresses: started, dataDir: folder })
  const patient = patiently(connections)
  return {
    buyer: (form) => createBuyer(form, 'nobody', patient),
    skus: shelves.skus,
    books: () => readBooks(client, payments, shelves),
    settle: async () => 'nothing follows',
    figures: async () => new Map(),
    close: async () => {
      connections.close()
      await client.dispose()
      await stop()
    },
  }
}
