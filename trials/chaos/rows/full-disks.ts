// Row 15: the disk under the event store is full, then the one under Postgres, under load. What cannot be kept is refused by a
// 503 and nothing else, what can be read is read, and all goes on once there is room.
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPool } from '#platform/postgres/pool.ts'
import { eventually } from '../../shop/eventually.ts'
import { ada, reservedSchema } from '../../shop/shop.ts'
import { untilServing } from '../kills.ts'
import { withLoad } from '../load.ts'
import type { Row, Run } from '../run.ts'
import { canMount, moveToSmallDisk, type SmallDisk } from '../small-disk.ts'
import type { ChaosStage } from '../world.ts'

const shoppers = 6
/** Once the disk is freed there is room to recover: files of Postgres's write-ahead log take 16 MiB each. */
const spareBytes = 128 * 1_024 * 1_024
const fullMilliseconds = 8_000
const fullMillisecondsSample = 3_000
const refusedMillisecondsMax = 60_000
const readsEvery = 250

type Server = {
  readonly part: string
  readonly folder: (dataDir: string) => string
  /** Ends the server so that nothing uses its folder any more. */
  readonly end: (world: ChaosStage) => void
}

const eventStore: Server = {
  part: 'eventstore',
  folder: (dataDir) => path.join(dataDir, 'eventstore'),
  end: ({ stack }) => void process.kill(stack.parts.get('eventstore')?.current().pid ?? 0, 'SIGKILL'),
}

const clusterOf = (dataDir: string): string => path.join(dataDir, 'postgres', 'cluster')

const postgres: Server = {
  part: 'postgres',
  folder: clusterOf,
  end: ({ stack }) => {
    const [pid] = readFileSync(path.join(clusterOf(stack.dataDir), 'postmaster.pid'), 'utf8').split('\n')
    process.kill(Number(pid), 'SIGINT')
  },
}

/** Its supervisor waits a moment before it starts it again: what is to happen in between happens at once. */
const restartAfter = async (world: ChaosStage, { part, end }: Server, between: () => void): Promise<void> => {
  const supervised = world.stack.parts.get(part)
  const back = supervised?.next()
  const exited = supervised?.current().exited
  end(world)
  await exited
  between()
  await back
}

/** Disks that are in use. */
type Disks = Set<SmallDisk>

type Move = { readonly world: ChaosStage; readonly server: Server; readonly disks: Disks }

const onSmallDisk = async ({ world, server, disks }: Move, work: (disk: SmallDisk) => Promise<void>): Promise<void> => {
  let disk: SmallDisk | undefined
  await restartAfter(world, server, () => {
    disk = moveToSmallDisk(server.folder(world.stack.dataDir), spareBytes)
  })
  if (disk === undefined) return
  disks.add(disk)
  await untilServing(world)
  await work(disk)
  await restartAfter(world, server, disk.leave)
  disks.delete(disk)
}

/** Waits until a request was answered 503 that had not been when this was called, by the journal. */
const untilRefused = async ({ journalFile }: ChaosStage): Promise<unknown> => {
  const mark = statSync(journalFile).size
  const isRefused = async (): Promise<boolean> => readFileSync(journalFile).includes('"status":503', mark)
  return eventually(isRefused, Boolean, refusedMillisecondsMax)
}

/** Keeps asking what needs no writing, until told to stop. */
const reading = ({ world, wrong }: Run, allowed: readonly number[]): { readonly stop: () => Promise<void> } => {
  let over = false
  const read = async (): Promise<void> => {
    while (!over) {
      const answer = world.shop.shopper.get(`/v1/products/${world.shop.skus[0]}`)
      const status = await answer.then(
        (found) => found.status,
        () => 0,
      )
      if (!allowed.includes(status)) wrong(`while a disk was full a read was answered ${status}`)
      await sleep(readsEvery)
    }
  }
  const reads = read()
  return {
    stop: () => {
      over = true
      return reads
    },
  }
}

const fullEventStore = async (run: Run, disk: SmallDisk): Promise<void> => {
  const { world, wrong, sample } = run
  disk.fill()
  const reads = reading(run, [200])
  await untilRefused(world).catch(() => wrong('with no room for its log the event store took everything'))
  await sleep(sample ? fullMillisecondsSample : fullMilliseconds)
  await world.logCopy.readOn()
  await reads.stop()
  disk.free()
  await untilServing(world)
}

/** Somebody whom nobody here knows yet: their key is the one thing that a sale writes to Postgres first. */
const newCustomer = async ({ shop }: ChaosStage): Promise<void> => {
  const lines = [{ sku: shop.random.pick(shop.skus), quantity: 1 }]
  const held = await shop.shopper.post('/v1/reservations', { lines, ttlSeconds: 600 })
  if (held.status !== 201) return
  const { reservationToken } = reservedSchema.parse(held.body)
  const customer = { email: `${shop.newKey()}@example.com`, name: 'Grace Hopper' }
  await shop.shopper.post('/v1/orders', { ...ada, customer, reservationToken, paymentMethod: 'pm_card_visa' })
}

const walFilesMax = 200

/** What is left of the write-ahead log's files is used up; the next has no room. False where there was room all the time. */
const useUpWal = async ({ stack }: ChaosStage): Promise<boolean> => {
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

const fullPostgres = async (run: Run, disk: SmallDisk): Promise<void> => {
  const { world, wrong, sample } = run
  let over = false
  const customers = async (): Promise<void> => {
    while (!over) await newCustomer(world)
  }
  const lanes = Promise.all([customers(), customers()]).catch((error: unknown) => wrong(`a new customer: ${error}`))
  disk.fill()
  // It ends itself where it cannot write its log, and then nobody can read.
  const reads = reading(run, [200, 503])
  await sleep(sample ? fullMillisecondsSample : fullMilliseconds)
  if (!(await useUpWal(world))) wrong('with no room for its write-ahead log Postgres went on')
  await sleep(sample ? fullMillisecondsSample : fullMilliseconds)
  await reads.stop()
  await untilRefused(world).catch(() => wrong('with no room for its keys Postgres took every customer'))
  disk.free()
  over = true
  await lanes
  await untilServing(world)
}

export const fullDiskRow: Row = {
  number: 15,
  name: 'the disk full under the event store, and under Postgres',
  run: async (run) => {
    const { world } = run
    if (!canMount()) {
      world.say('  this machine lets us mount no small disk to fill')
      return 'skipped'
    }
    const disks: Disks = new Set()
    try {
      await withLoad(world.shop, shoppers, async () => {
        await onSmallDisk({ world, server: eventStore, disks }, (disk) => fullEventStore(run, disk))
        await onSmallDisk({ world, server: postgres, disks }, (disk) => fullPostgres(run, disk))
      })
    } finally {
      // Their folders are removed with the stack, which a mount would prevent.
      for (const disk of disks) disk.abandon()
    }
    return undefined
  },
}
