// The bare checkout, with an event store node (which syncs) and a payment simulator of its own.
import path from 'node:path'
import { apiNodeFlags } from '#embedded/process/node-flags.ts'
import { freePort } from '#embedded/process/ports.ts'
import { connectEventStore } from '#platform/eventstore/client.ts'
import { webhookEvents } from '#platform/stripe/webhooks.ts'
import { startProcess } from '#stack/process.ts'
import { stackSecrets } from '#stack/secrets.ts'
import { openPayments } from '../../../shop/payments.ts'
import { openConnections } from '../../load/connections.ts'
import { retryUnavailable } from '../../load/retrying.ts'
import { closable } from '../../servers/closing.ts'
import { startNodeIn } from '../../servers/event-store.ts'
import { createFolder } from '../../servers/folder.ts'
import { createBuyer } from '../buyer.ts'
import { readRecords, stockForSale } from '../records.ts'
import type { CheckoutLoad, CheckoutShop } from '../shop.ts'

const host = '127.0.0.1'

type Flags = Readonly<Record<string, string>>
type Stop = () => Promise<void>

/** Calls `onStarted` with each part that has started, so that it is stopped also if a later part does not start. */
const startParts = async (folder: string, latencyMilliseconds: number, onStarted: (stop: Stop) => void) => {
  const { paymentKey, webhookSecret } = stackSecrets(folder)
  const environment = { PAYMENT_SIMULATOR_KEY: paymentKey, PAYMENT_SIMULATOR_WEBHOOK_SECRET: webhookSecret }
  const logDir = path.join(folder, 'logs')
  const start = async (name: string, script: string, flags: Flags, nodeArgs: readonly string[] = []) => {
    const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value])
    onStarted((await startProcess({ name, script, args, nodeArgs, environment, logDir })).stop)
  }
  const [paymentsPort, port] = [String(await freePort()), String(await freePort())]
  const paymentsUrl = `http://${host}:${paymentsPort}`
  const url = `http://${host}:${port}`
  const { url: eventStoreUrl, stop } = await startNodeIn(folder)
  onStarted(stop)
  await start('payments', 'embedded/payments/main.ts', {
    port: paymentsPort,
    data: path.join(folder, 'payments'),
    'latency-ms': String(latencyMilliseconds),
    'webhook-url': `${url}/webhooks/stripe`,
    'webhook-events': webhookEvents.join(','),
  })
  const bareFlags = { port, events: eventStoreUrl, payments: paymentsUrl }
  await start('bare-checkout', 'trials/bench/checkout/bare/main.ts', bareFlags, apiNodeFlags)
  return { url, eventStoreUrl, paymentsUrl }
}

export const openBareCheckout = async ({
  clients,
  paymentLatencyMilliseconds,
}: CheckoutLoad): Promise<CheckoutShop> => {
  const { folder, remove } = await createFolder()
  const stops: Stop[] = []
  const stop = closable(async () => {
    for (const stopPart of stops.toReversed()) await stopPart()
    await remove()
  })
  const addresses = await startParts(folder, paymentLatencyMilliseconds, (stopPart) => void stops.push(stopPart))
  const connections = openConnections([addresses.url], clients)
  const client = connectEventStore(addresses.eventStoreUrl)
  const payments = openPayments({ addresses, dataDir: folder })
  const retrying = retryUnavailable(connections)
  return {
    createBuyer: (flow) => createBuyer(flow, 'nobody', retrying),
    skus: stockForSale.skus,
    readRecords: () => readRecords(client, payments, stockForSale),
    settle: async () => 'no read models',
    callTotals: async () => new Map(),
    close: async () => {
      connections.close()
      await client.dispose()
      await stop()
    },
  }
}
