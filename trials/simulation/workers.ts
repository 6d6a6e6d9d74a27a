import { encodeEvent } from '#domain/codec.ts'
import { clockStream } from '#domain/streams.ts'
import { eventIdOf } from '#domain/values/ids.ts'
import { createLeaseGroup } from '#platform/postgres/lease-group.ts'
import { createProjector } from '#projections/projector.ts'
import { readModels } from '#projections/read-models.ts'
import { checkoutPartitions } from '#workers/checkout-partitions.ts'
import { createCheckoutRunner } from '#workers/checkout-runner.ts'
import { createDriveOrder, type DriveOrder } from '#workers/drive-order.ts'
import { loop } from '#workers/loop.ts'
import { createProjectorHost } from '#workers/projector-host.ts'
import { onlyStreams, shareFollow } from '#workers/shared-follow.ts'
import { createSweep } from '#workers/sweep.ts'
import { createTicker } from '#workers/ticker.ts'
import { createTransferNotices } from '#workers/transfer-notices.ts'
import type { Worker } from '#workers/worker.ts'
import type { Host } from './host.ts'
import { createFollow, journey } from './log-client.ts'
import { createProcessPorts, type ProcessPorts, type WakeUp } from './process-ports.ts'
import { createStoreClient } from './store-client.ts'
import type { SimulatedWorld } from './world.ts'

// A worker process: the real steps in the real loop, on simulated servers.

export type WorkerProcess = { readonly host: Host; readonly drive: DriveOrder }

export const projections = readModels

/** Idle loops pause this many times longer than in production, because each virtual step costs time. Timers may be late anyway. */
const slowness = 3
/** The same for the projector, which new events wake. */
const projectorSlowness = 9

const createTick =
  ({ network: { server, host, random, faults }, log }: ProcessPorts, newId: () => string) =>
  async (at: number): Promise<'ticked' | 'beaten'> => {
    const expected = await host.call('last tick', () => server.revisionOf(clockStream), journey(random, faults()))
    const commandId = newId()
    const { storedType, data, json } = encodeEvent({ type: 'ClockTicked', data: { at, commandId } })
    const metadata = { $correlationId: commandId, $causationId: commandId, actor: 'system:ticker' }
    const event = { id: eventIdOf([commandId], 0, json), storedType, data, metadata }
    const appended = log.append(clockStream, expected, [event]).then(({ outcome }) => outcome)
    const outcome = await Promise.race([appended, silence(host)])
    return outcome === 'conflict' || outcome === 'refused' ? 'beaten' : 'ticked'
  }

/** The timeout of a tick. */
const silence = (host: Host): Promise<'silent'> =>
  new Promise((resolve) => host.after(5_000, 'tick given up', () => resolve('silent')))

export const startWorkers = (host: Host, world: SimulatedWorld, wakeUp: WakeUp): WorkerProcess => {
  const { store, random, faults, newId, seams } = world
  const ports = createProcessPorts(host, world, (host, orderId, at) => {
    if (at > (ports.logTime.now() ?? at)) wakeUp(host, orderId, at)
  })
  const database = createStoreClient({ server: store, host, random: random.store, faults })
  const drive = createDriveOrder(ports)
  const { signal } = new AbortController()
  const { clock, network, sleep } = ports
  const wait = (milliseconds: number): Promise<void> => sleep(milliseconds * slowness)
  const { monotonic } = host
  const follow = shareFollow(createFollow('workers', network))
  const workers: readonly Worker[] = [
    createProjectorHost({
      projector: createProjector({
        projections,
        store: seams.projections(database.projections, host, store),
        now: monotonic,
      }),
      follow,
      wait: (milliseconds) => sleep(milliseconds * projectorSlowness),
      observe: clock.observe,
    }),
    createTicker({
      lease: database.lease('ticker'),
      tick: createTick(ports, newId),
      now: () => clock.now() ?? host.wallClock(),
    }),
    createCheckoutRunner({
      leases: createLeaseGroup(seams.leases(database.leaseStore(checkoutPartitions), store), {
        holder: host.name,
        monotonic,
      }),
      follow: onlyStreams(follow, 'order-'),
      logTime: ports.logTime,
      wait,
      drive,
      monotonic,
      signal,
    }),
    createTransferNotices({
      lease: database.lease('transfers'),
      transfers: ports.transfers,
      ports,
      monotonic,
      signal,
    }),
    createSweep({
      lease: database.lease('sweep'),
      queries: database.queries,
      checkout: ports,
      drive,
      newId,
      monotonic,
      signal,
    }),
  ]
  const pause = (milliseconds: number): Promise<void> => sleep(milliseconds === 0 ? 0 : milliseconds * slowness)
  for (const worker of workers)
    void loop(worker, {
      pause,
      signal,
      random: random.timers.next,
      failed: (name, error) => ports.warn(`${name} failed: ${String(error)}`),
    })
  return { host, drive }
}
