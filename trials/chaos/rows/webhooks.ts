import { setTimeout as sleep } from 'node:timers/promises'
import { untilFinished } from '../compare-records.ts'
import type { ChaosHarness } from '../harness.ts'
import { withLoad } from '../load.ts'
import type { LogEntry } from '../log-copy.ts'
import { disputeOfUnknownPayment, type WebhookEvent } from '../provider.ts'
import type { ChaosRun, Row } from '../run.ts'
import { describeEntry, withoutExpiry } from '../without-expiry.ts'

// Rows 7 and 9: webhooks of the payment provider that are repeated, delayed, reordered or early, and webhooks that only
// pretend to be the provider's.

const shoppers = 6
const shuffleMilliseconds = 3_000

const orderEntries = async ({ logCopy }: ChaosHarness): Promise<readonly LogEntry[]> =>
  (await logCopy.readOn()).filter(({ stream }) => stream.startsWith('order-'))

/** Sends webhooks again when all orders are finished, each several times and in random order. Nothing may follow from them. */
const repeatWebhooks = async ({ harness, sample, addFinding }: ChaosRun): Promise<void> => {
  const events = await harness.provider.recentEvents()
  const repeated = events.slice(0, sample ? 20 : events.length)
  const before = (await orderEntries(harness)).length
  const copiesOf = (event: WebhookEvent): readonly WebhookEvent[] =>
    Array(2 + harness.random.below(sample ? 4 : 49)).fill(event)
  const shuffled = repeated.flatMap(copiesOf).toSorted(() => harness.random.below(3) - 1)
  const atOnce = 50
  for (let index = 0; index < shuffled.length; index += atOnce) {
    const sent = shuffled.slice(index, index + atOnce)
    const statuses = await Promise.all(sent.map((event) => harness.provider.send(event)))
    // With so many at once the API may answer 503; the provider would send the webhook again later.
    for (const status of statuses)
      if (status !== 200 && status !== 503) addFinding(`a repeated webhook was answered ${status}, not 200 or 503`)
  }
  for (const entry of withoutExpiry((await orderEntries(harness)).slice(before)))
    addFinding(`a repeated webhook led to another event: ${describeEntry(entry)}`)
}

export const repeatedWebhooksRow: Row = {
  number: 7,
  name: 'webhooks sent 2 to 50 times, delayed and reordered under load, and sent again when all orders are finished',
  run: async (run) => {
    const { harness, sample } = run
    await harness.provider.setFaults({
      webhooks: [
        { kind: 'double', times: 50, together: true, probability: 0.1 },
        { kind: 'double', times: 3, together: false, probability: 0.5 },
        { kind: 'shuffle', withinMilliseconds: shuffleMilliseconds },
      ],
    })
    await withLoad(harness.shop, shoppers, () => sleep(sample ? 4_000 : 30_000))
    // Only a webhook tells how an authentication at the bank ended, and the last one may arrive this much later.
    await sleep(2 * shuffleMilliseconds)
    await harness.provider.setFaults({})
    await untilFinished(harness)
    await repeatWebhooks(run)
  },
}

const secondsTooOld = 600

/** How many events the log has about a webhook of an unknown payment. */
const storedCount = async ({ logCopy }: ChaosHarness, id: string): Promise<number> =>
  (await logCopy.readOn()).filter(({ stream }) => stream === `provider-evt_${id}`).length

/** A webhook without a valid signature has to change nothing; one of an unknown payment has to be stored once. */
const forgeWebhooks = async ({ harness, addFinding }: ChaosRun): Promise<void> => {
  const { provider, shop } = harness
  const forgeries = {
    'signed with another secret': { secret: 'whsec_of_somebody_else' },
    'signed too long ago': { at: Date.now() - secondsTooOld * 1_000 },
    'altered after it was signed': { altered: true },
  }
  for (const [name, forgery] of Object.entries(forgeries)) {
    const id = shop.newKey()
    const status = await provider.send(disputeOfUnknownPayment(id), forgery)
    if (status !== 400) addFinding(`a webhook ${name} was answered ${status}, not 400`)
    if ((await storedCount(harness, id)) !== 0) addFinding(`a webhook ${name} was stored`)
  }
  const id = shop.newKey()
  const statuses = await Promise.all([1, 2, 3].map(() => provider.send(disputeOfUnknownPayment(id))))
  if (statuses.some((status) => status !== 200))
    addFinding(`a webhook of an unknown payment, sent three times, was answered ${statuses.join(', ')}`)
  const stored = await storedCount(harness, id)
  if (stored !== 1) addFinding(`a webhook of an unknown payment, sent three times, was stored ${stored} times`)
}

export const forgedWebhooksRow: Row = {
  number: 9,
  name: 'webhooks that arrive before the answer to the call, are about unknown payments, or are forged, old or altered',
  run: async (run) => {
    const { harness, sample } = run
    // The provider carries out the call and sends the webhook while the caller still waits or has lost the connection.
    await harness.provider.setFaults({
      calls: [
        { kind: 'dropped_answer', probability: 0.3, operations: ['confirm', 'capture'] },
        {
          kind: 'latency',
          fromMilliseconds: 200,
          toMilliseconds: 1_500,
          probability: 0.5,
          operations: ['confirm', 'capture'],
        },
      ],
    })
    await withLoad(harness.shop, shoppers, () => sleep(sample ? 3_000 : 20_000))
    await harness.provider.setFaults({})
    await forgeWebhooks(run)
  },
}
