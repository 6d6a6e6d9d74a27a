import { setTimeout as sleep } from 'node:timers/promises'
import { settled } from '../judge.ts'
import { withLoad } from '../load.ts'
import type { LogEntry } from '../log-copy.ts'
import { type Notice, strayDispute } from '../provider.ts'
import type { Row, Run } from '../run.ts'
import { nameOfEntry, withoutWhatTimeDid } from '../what-time-did.ts'
import type { ChaosStage } from '../world.ts'

// Rows 7 and 9: what the payment provider tells, and what only seems to come from it.

const shoppers = 6
const shuffleMilliseconds = 3_000

const orderEvents = async ({ logCopy }: ChaosStage): Promise<readonly LogEntry[]> =>
  (await logCopy.readOn()).filter(({ stream }) => stream.startsWith('order-'))

/** The provider's notices once more, each several times at once and in any order: days later nothing may follow. */
const repeatNotices = async ({ world, sample, wrong }: Run): Promise<void> => {
  const notices = await world.provider.recentNotices()
  const repeated = notices.slice(0, sample ? 20 : notices.length)
  const before = (await orderEvents(world)).length
  const drawn = (notice: Notice): readonly Notice[] => Array(2 + world.random.below(sample ? 4 : 49)).fill(notice)
  const shuffled = repeated.flatMap(drawn).toSorted(() => world.random.below(3) - 1)
  const atOnce = 50
  for (let index = 0; index < shuffled.length; index += atOnce) {
    const statuses = await Promise.all(shuffled.slice(index, index + atOnce).map((one) => world.provider.notify(one)))
    // Under such a storm the API may ask to be told later; the provider would.
    for (const status of statuses) if (status !== 200 && status !== 503) wrong(`a repeated webhook got ${status}`)
  }
  for (const entry of withoutWhatTimeDid((await orderEvents(world)).slice(before)))
    wrong(`${nameOfEntry(entry)} came of a webhook that was repeated`)
}

export const repeatedWebhooksRow: Row = {
  number: 7,
  name: 'webhooks 2 to 50 times at once, delayed and overtaking each other, and once more later',
  run: async (run) => {
    const { world, sample } = run
    await world.provider.setFaults({
      webhooks: [
        { kind: 'double', times: 50, together: true, probability: 0.1 },
        { kind: 'double', times: 3, together: false, probability: 0.5 },
        { kind: 'shuffle', withinMilliseconds: shuffleMilliseconds },
      ],
    })
    await withLoad(world.shop, shoppers, () => sleep(sample ? 4_000 : 30_000))
    // What a customer answered at their bank is told by these webhooks alone, the last of them so much later.
    await sleep(2 * shuffleMilliseconds)
    await world.provider.setFaults({})
    await settled(world)
    await repeatNotices(run)
  },
}

const secondsTooOld = 600

const strayStreams = async ({ logCopy }: ChaosStage, id: string): Promise<number> =>
  (await logCopy.readOn()).filter(({ stream }) => stream === `provider-evt_${id}`).length

/** Who cannot sign changes nothing; what nobody here knows is kept once. */
const forge = async ({ world, wrong }: Run): Promise<void> => {
  const { provider, shop } = world
  const forgeries = {
    'signed with another secret': { secret: 'whsec_of_somebody_else' },
    'signed too long ago': { at: Date.now() - secondsTooOld * 1_000 },
    'altered after it was signed': { altered: true },
  }
  for (const [name, forgery] of Object.entries(forgeries)) {
    const id = shop.newKey()
    const status = await provider.notify(strayDispute(id), forgery)
    if (status !== 400) wrong(`a webhook ${name} got ${status}`)
    if ((await strayStreams(world, id)) !== 0) wrong(`a webhook ${name} was recorded`)
  }
  const id = shop.newKey()
  const statuses = await Promise.all([1, 2, 3].map(() => provider.notify(strayDispute(id))))
  if (statuses.some((status) => status !== 200)) wrong(`a webhook of an unknown payment got ${statuses.join(', ')}`)
  const kept = await strayStreams(world, id)
  if (kept !== 1) wrong(`a webhook of an unknown payment, sent three times, was kept ${kept} times`)
}

export const forgedWebhooksRow: Row = {
  number: 9,
  name: 'webhooks before the answer, of unknown payments, forged, old and altered',
  run: async (run) => {
    const { world, sample } = run
    // The provider has done it and tells by webhook, while the caller still waits or has lost the connection.
    await world.provider.setFaults({
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
    await withLoad(world.shop, shoppers, () => sleep(sample ? 3_000 : 20_000))
    await world.provider.setFaults({})
    await forge(run)
  },
}
