import type { Snapshots } from '#commands/ports.ts'
import { stockRules } from '#commands/stock-stream.ts'
import { createStockFold } from '#domain/stock/evolve.ts'
import { Simulated } from './host.ts'
import { journey, type Network } from './log-client.ts'

// Snapshots of stock streams as a hint that may be there or not, and of any age.

type Snapshot = NonNullable<Awaited<ReturnType<Snapshots['load']>>>

const snapshotAt = ({ server }: Network, stream: string, revisionMax: number): Snapshot | undefined => {
  const fold = createStockFold()
  let last: { readonly revision: number; readonly position: bigint } | undefined
  for (const entry of server.read(stream, 0)) {
    if (entry.revision > revisionMax || 'problem' in entry || !stockRules.isEvent(entry)) break
    fold.apply(entry, entry.revision)
    fold.settle()
    last = entry
  }
  if (last === undefined) return undefined
  const { revision, position } = last
  return { revision, position, state: JSON.parse(JSON.stringify(fold.snapshot())) }
}

export const createSnapshotClient = (network: Network): Snapshots => ({
  load: (stream) => {
    const { host, random, faults, server } = network
    const isKept = random.chance(faults().snapshots)
    const revisionMax = random.between(0, Math.max(0, server.revisionOf(stream)))
    const serve = (): Snapshot | undefined => {
      if (random.chance(faults().storeFails)) throw new Simulated('simulated: the database is away')
      return isKept ? snapshotAt(network, stream, revisionMax) : undefined
    }
    return host.call(`snapshot ${stream}`, serve, journey(random, faults()))
  },
})
