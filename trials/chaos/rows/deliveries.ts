// Row 17: every event and every job delivered twice, to two workers at once. Under load nothing may break; once all is
// finished nothing at all may follow from a second delivery of everything.
import { setTimeout as sleep } from 'node:timers/promises'
import { Queue } from 'bullmq'
import type pg from 'pg'
import { streamKeyOf } from '#domain/streams.ts'
import { wakeUpQueue } from '#platform/bullmq/wake-ups.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { checkoutPartitions } from '#workers/checkout-partitions.ts'
import { eventually } from '../../shop/eventually.ts'
import { settled } from '../judge.ts'
import { withLoad } from '../load.ts'
import type { LogEntry } from '../log-copy.ts'
import { compareProgress } from '../progress.ts'
import type { Row, Run } from '../run.ts'
import { nameOfEntry, withoutWhatTimeDid } from '../what-time-did.ts'
import type { ChaosStage } from '../world.ts'

const shoppers = 4
const times = 3
const betweenMilliseconds = 4_000
const deliverMilliseconds = 120_000

const isOfOrder = ({ stream }: LogEntry): boolean => stream.startsWith('order-')

/** Whoever follows the log begins at its start again: the checkout, and every read model. */
const followAgain = async (pool: pg.Pool): Promise<void> => {
  // A holder believes where it stands for as long as its token is the same.
  await pool.query('update leases set position = 0, token = token + 1 where position is not null')
  await pool.query('update projection_checkpoints set position = 0 where position is not null')
}

/** Wakes every order there is, twice, and waits until the workers have taken every job. */
const wakeAll = async ({ stack, logCopy }: ChaosStage): Promise<void> => {
  const { redisUrl } = stack.addresses
  if (redisUrl === undefined) return
  const orderIds = new Set((await logCopy.readOn()).filter(isOfOrder).map(({ stream }) => streamKeyOf(stream)))
  const queue = new Queue(wakeUpQueue.name, { connection: { url: redisUrl }, prefix: wakeUpQueue.prefix })
  try {
    const opts = { removeOnComplete: true, removeOnFail: true }
    const job = (orderId: string) => ({ name: 'wake-up', data: { orderId }, opts })
    await queue.addBulk([...orderIds, ...orderIds].map(job))
    const left = () => queue.getJobCountByTypes('waiting', 'active')
    await eventually(left, (count) => count === 0, deliverMilliseconds)
  } finally {
    await queue.close()
  }
}

/** Of the partition that is furthest behind. */
const checkoutPosition = async (pool: pg.Pool): Promise<bigint> => {
  const { rows } = await pool.query<{ position: string | null }>(
    'select min(coalesce(position, 0))::text as position from leases where name = any($1)',
    [checkoutPartitions],
  )
  return BigInt(rows[0]?.position ?? 0)
}

/** What is left undelivered a second time, in words; nothing once everybody is at the end again. */
const untilDelivered = async ({ logCopy }: ChaosStage, pool: pg.Pool): Promise<readonly string[]> => {
  const entries = await logCopy.readOn()
  const last = entries.findLast(isOfOrder)?.position ?? 0n
  const isThere = eventually(async () => (await checkoutPosition(pool)) >= last, Boolean, deliverMilliseconds)
  const checkout = await isThere.then(
    () => [],
    () => ['the checkout has not come to the last order again'],
  )
  return [...checkout, ...(await compareProgress(pool, entries.at(-1)?.position ?? 0n))]
}

const deliverAllAgain = async ({ world, wrong }: Run, pool: pg.Pool): Promise<void> => {
  await settled(world)
  const facts = async (): Promise<readonly LogEntry[]> =>
    (await world.logCopy.readOn()).filter((entry) => isOfOrder(entry) || entry.stream.startsWith('stock-'))
  const before = (await facts()).length
  await followAgain(pool)
  await wakeAll(world)
  for (const missing of await untilDelivered(world, pool)) wrong(`delivered again: ${missing}`)
  for (const entry of withoutWhatTimeDid((await facts()).slice(before)))
    wrong(`${nameOfEntry(entry)} came of a second delivery`)
}

export const deliveredTwiceRow: Row = {
  number: 17,
  name: 'every event and every job delivered twice, to two workers at once',
  run: async (run) => {
    const { world, sample } = run
    const pool = createPool({ url: world.stack.addresses.databaseUrl, onError: () => undefined })
    const other = await world.stack.startAnother('worker')
    try {
      await withLoad(world.shop, shoppers, async () => {
        for (let time = 0; time < (sample ? 1 : times); time += 1) {
          await sleep(betweenMilliseconds)
          await followAgain(pool)
          await wakeAll(world)
        }
        await sleep(betweenMilliseconds)
      })
      await deliverAllAgain(run, pool)
    } finally {
      await other.stop()
      await pool.end()
    }
  },
}
