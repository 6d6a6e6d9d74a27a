// Row 15: under load, first the event store's disk is full, then that of Postgres. What cannot be stored has to be refused with
// 503, reads that need no full server have to work, and everything has to go on when there is space again.
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorText } from '#domain/error-text.ts'
import { createPool } from '#platform/postgres/pool.ts'
import { postgresFolder, postgresPid } from '../../shop/kill.ts'
import { eventually } from '../../shop/retry.ts'
import { ada, reservedSchema } from '../../shop/shop.ts'
import type { ChaosHarness } from '../harness.ts'
import { untilServing } from '../kills.ts'
import { withLoad } from '../load.ts'
import type { ChaosRun, Row } from '../run.ts'
import { canMount, moveToSmallDisk, type SmallDisk } from '../small-disk.ts'

const shoppers = 6
/** The server needs this to recover when the disk is freed: files of Postgres's write-ahead log have 16 MiB each. */
const spareBytes = 128 * 1_024 * 1_024
const fullMilliseconds = 8_000
const fullMillisecondsSample = 3_000
const refusedMillisecondsMax = 60_000
const readIntervalMilliseconds = 250

type Server = {
  readonly part: string
  readonly folder: (dataDir: string) => string
  /** Ends the server, so that no process uses its folder. */
  readonly end: (harness: ChaosHarness) => void
}

const eventStore: Server = {
  part: 'eventstore',
  folder: (dataDir) => path.join(dataDir, 'eventstore'),
  end: ({ stack }) => void process.kill(stack.parts.get('eventstore')?.current().pid ?? 0, 'SIGKILL'),
}

const postgres: Server = {
  part: 'postgres',
  folder: postgresFolder,
  end: ({ stack }) => void process.kill(postgresPid(stack.dataDir), 'SIGINT'),
}

/**
 * Ends the server, calls `between`, and waits until the supervisor has started the server again. The supervisor waits a moment
 * before that, so `between` has to be synchronous.
 */
const restart = async (harness: ChaosHarness, { part, end }: Server, between: () => void): Promise<void> => {
  const supervised = harness.stack.parts.get(part)
  const restarted = supervised?.next()
  const exited = supervised?.current().exited
  end(harness)
  await exited
  between()
  await restarted
}

type SmallDiskOptions = {
  readonly harness: ChaosHarness
  readonly server: Server
  /** The disks that are mounted. */
  readonly disks: Set<SmallDisk>
}

const withSmallDisk = async (
  { harness, server, disks }: SmallDiskOptions,
  work: (disk: SmallDisk) => Promise<void>,
): Promise<void> => {
  let disk: SmallDisk | undefined
  await restart(harness, server, () => {
    disk = moveToSmallDisk(server.folder(harness.stack.dataDir), spareBytes)
  })
  if (disk === undefined) return
  disks.add(disk)
  await untilServing(harness)
  await work(disk)
  await restart(harness, server, disk.moveBack)
  disks.delete(disk)
}

/** Waits until the journal has an answer 503 that it did not have when this was called. Rejects after the bound. */
const untilRefused = async ({ journalFile }: ChaosHarness): Promise<unknown> => {
  const start = statSync(journalFile).size
  const isRefused = async (): Promise<boolean> => readFileSync(journalFile).includes('"status":503', start)
  return eventually(isRefused, Boolean, { millisecondsMax: refusedMillisecondsMax })
}

/** Reads a product again and again until stopped. An answer with another status is a finding. */
const startReading = (
  { harness, addFinding }: ChaosRun,
  allowed: readonly number[],
): { readonly stop: () => Promise<void> } => {
  let isOver = false
  const read = async (): Promise<void> => {
    while (!isOver) {
      const answer = harness.shop.shopper.get(`/v1/products/${harness.shop.skus[0]}`)
      const status = await answer.then(
        (found) => found.status,
        () => 'no answer',
      )
      if (!allowed.some((one) => one === status))
        addFinding(`a read got ${status} while a disk was full; allowed: ${allowed.join(', ')}`)
      await sleep(readIntervalMilliseconds)
    }
  }
  const reading = read()
  return {
    stop: () => {
      isOver = true
      return reading
    },
  }
}

const fillEventStoreDisk = async (run: ChaosRun, disk: SmallDisk): Promise<void> => {
  const { harness, addFinding, sample } = run
  disk.fill()
  const reading = startReading(run, [200])
  await untilRefused(harness).catch(() => addFinding('no request was answered 503 while the event store had no space'))
  await sleep(sample ? fullMillisecondsSample : fullMilliseconds)
  // The full event store still has to answer reads of the log; otherwise this rejects and ends the run.
  await harness.logCopy.readOn()
  await reading.stop()
  disk.free()
  await untilServing(harness)
}

/** A sale to a new customer. Their encryption key is the only thing that a sale has to write to Postgres before it goes on. */
const sellToNewCustomer = async ({ shop }: ChaosHarness): Promise<void> => {
  const lines = [{ sku: shop.random.pick(shop.skus), quantity: 1 }]
  const held = await shop.shopper.post('/v1/reservations', { lines, ttlSeconds: 600 })
  if (held.status !== 201) return
  const { reservationToken } = reservedSchema.parse(held.body)
  const customer = { email: `${shop.newKey()}@example.com`, name: 'Grace Hopper' }
  await shop.shopper.post('/v1/orders', { ...ada, customer, reservationToken, paymentMethod: 'pm_card_visa' })
}

const walFilesMax = 200

/**
 * Makes Postgres use up the files of its write-ahead log that it has already, so that it needs a new one, for which there is no
 * space. Resolves with false if Postgres always found space.
 */
const useUpWal = async ({ stack }: ChaosHarness): Promise<boolean> => {
  const pool = createPool({ url: stack.addresses.databaseUrl, onError: () => undefined })
  try {
    for (let file = 0; file < walFilesMax; file += 1)
      await pool.query('select pg_switch_wal(), pg_logical_emit_message(false, $1, $2)', ['chaos', 'full'])
    return false
  } catch {
    return true
  } finally {
    await pool.end()
  }
}

const fillPostgresDisk = async (run: ChaosRun, disk: SmallDisk): Promise<void> => {
  const { harness, addFinding, sample } = run
  let isOver = false
  const sellRepeatedly = async (): Promise<void> => {
    while (!isOver) await sellToNewCustomer(harness)
  }
  const selling = Promise.all([sellRepeatedly(), sellRepeatedly()]).catch((error: unknown) =>
    addFinding(`a sale to a new customer failed while Postgres had no space: ${errorText(error)}`),
  )
  disk.fill()
  // Postgres ends itself when it cannot write its log, and then reads are answered 503.
  const reading = startReading(run, [200, 503])
  await sleep(sample ? fullMillisecondsSample : fullMilliseconds)
  if (!(await useUpWal(harness))) addFinding('Postgres went on although there was no space for its write-ahead log')
  await sleep(sample ? fullMillisecondsSample : fullMilliseconds)
  await reading.stop()
  await untilRefused(harness).catch(() => addFinding('no request was answered 503 while Postgres had no space'))
  disk.free()
  isOver = true
  await selling
  await untilServing(harness)
}

export const fullDiskRow: Row = {
  number: 15,
  name: 'disk full under the event store, then under Postgres',
  run: async (run) => {
    const { harness } = run
    if (!canMount()) {
      harness.say('  skipped: this process may not mount file systems on this machine')
      return 'skipped'
    }
    const disks = new Set<SmallDisk>()
    try {
      await withLoad(harness.shop, shoppers, async () => {
        await withSmallDisk({ harness, server: eventStore, disks }, (disk) => fillEventStoreDisk(run, disk))
        await withSmallDisk({ harness, server: postgres, disks }, (disk) => fillPostgresDisk(run, disk))
      })
    } finally {
      // The stack removes its folders, and it cannot remove a folder over which a disk is mounted.
      for (const disk of disks) disk.discard()
    }
    return undefined
  },
}
