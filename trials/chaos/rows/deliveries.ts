// Row 17: every event and every wake-up job is delivered twice, to two workers at once. First under load, where the comparison
// of records finds what breaks. Then again when all orders are finished: the second delivery must not lead to any new event.
import { setTimeout as sleep } from 'node:timers/promises'
import { Queue } from 'bullmq'
import type pg from 'pg'
import { streamKeyOf } from '#domain/streams.ts'
import { wakeUpQueue } from '#platform/bullmq/wake-ups.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { checkoutPartitions } from '#workers/checkout-partitions.ts'
import { eventually } from '../../shop/retry.ts'
import { untilFinished } from '../compare-records.ts'
import type { ChaosHarness } from '../harness.ts'
import { withLoad } from '../load.ts'
import type { LogEntry } from '../log-copy.ts'
import { checkProgress } from '../progress.ts'
import type { ChaosRun, Row } from '../run.ts'
import { describeEntry, withoutExpiry } from '../without-expiry.ts'

const shoppers = 4
/** How often everything is delivered again under load. */
const rounds = 3
const betweenMilliseconds = 4_000
const deliverMillisecondsMax = 120_000

const isOfOrder = ({ stream }: LogEntry): boolean => stream.startsWith('order-')

/** Sets the positions of the checkout partitions and of every read model back to the start of the log. */
const followFromStart = async (pool: pg.Pool): Promise<void> => {
  // A new token as well: a worker trusts the position that it has in memory as long as the lease's token is the same.
  await pool.query('update leases set position = 0, token = token + 1 where position is not null')
  await pool.query('update projection_checkpoints set position = 0 where position is not null')
}

/** Adds two wake-up jobs for every order and waits until the workers have taken all of them. */
const wakeAllOrders = async ({ stack, logCopy }: ChaosHarness): Promise<void> => {
  const { redisUrl } = stack.addresses
  if (redisUrl === undefined) return
  const orderIds = new Set((await logCopy.readOn()).filter(isOfOrder).map(({ stream }) => streamKeyOf(stream)))
  const queue = new Queue(wakeUpQueue.name, { connection: { url: redisUrl }, prefix: wakeUpQueue.prefix })
  try {
    const opts = { removeOnComplete: true, removeOnFail: true }
    const job = (orderId: string) => ({ name: 'wake-up', data: { orderId }, opts })
    await queue.addBulk([...orderIds, ...orderIds].map(job))
    const jobsLeft = () => queue.getJobCountByTypes('waiting', 'active')
    await eventually(jobsLeft, (count) => count === 0, { millisecondsMax: deliverMillisecondsMax })
  } finally {
    await queue.close()
  }
}

/** The position of the checkout partition that is furthest behind. */
const checkoutPosition = async (pool: pg.Pool): Promise<bigint> => {
  const { rows } = await pool.query<{ position: string | null }>(
    'select min(coalesce(position, 0))::text as position from leases where name = any($1)',
    [checkoutPartitions],
  )
  return BigInt(rows[0]?.position ?? 0)
}

/** Waits until the checkout and the read models have followed the log to its end again. Returns what has not after the bound. */
const untilFollowed = async ({ logCopy }: ChaosHarness, pool: pg.Pool): Promise<readonly string[]> => {
  const entries = await logCopy.readOn()
  const last = entries.findLast(isOfOrder)?.position ?? 0n
  const isCheckoutThere = eventually(async () => (await checkoutPosition(pool)) >= last, Boolean, {
    millisecondsMax: deliverMillisecondsMax,
  })
  const checkout = await isCheckoutThere.then(
    () => [],
    () => [`a checkout partition has not reached the last order event within ${deliverMillisecondsMax / 1_000} s`],
  )
  return [...checkout, ...(await checkProgress(pool, entries.at(-1)?.position ?? 0n))]
}

const deliverAgainAtRest = async ({ harness, addFinding }: ChaosRun, pool: pg.Pool): Promise<void> => {
  await untilFinished(harness)
  const businessEntries = async (): Promise<readonly LogEntry[]> =>
    (await harness.logCopy.readOn()).filter((entry) => isOfOrder(entry) || entry.stream.startsWith('stock-'))
  const before = (await businessEntries()).length
  await followFromStart(pool)
  await wakeAllOrders(harness)
  for (const problem of await untilFollowed(harness, pool)) addFinding(`during the second delivery: ${problem}`)
  for (const entry of withoutExpiry((await businessEntries()).slice(before)))
    addFinding(`the second delivery led to another event: ${describeEntry(entry)}`)
}

export const deliveredTwiceRow: Row = {
  number: 17,
  name: 'every event and every job delivered twice, to two workers at once',
  run: async (run) => {
    const { harness, sample } = run
    const pool = createPool({ url: harness.stack.addresses.databaseUrl, onError: () => undefined })
    const secondWorker = await harness.stack.startAnother('worker')
    try {
      await withLoad(harness.shop, shoppers, async () => {
        for (let round = 0; round < (sample ? 1 : rounds); round += 1) {
          await sleep(betweenMilliseconds)
          await followFromStart(pool)
          await wakeAllOrders(harness)
        }
        await sleep(betweenMilliseconds)
      })
      await deliverAgainAtRest(run, pool)
    } finally {
      await secondWorker.stop()
      await pool.end()
    }
  },
}
