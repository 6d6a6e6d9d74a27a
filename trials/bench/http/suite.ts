import { type Contender, type Round, runGroup, type Suite } from '../run.ts'
import { percentileOf } from '../statistics.ts'
import { drive, failuresOf } from './drive.ts'
import type { Driven, Request } from './requests.ts'
import { openShop, type SampleCatalogue, type Shop } from './shop.ts'

// Reads over HTTP on a whole stack on this machine: product cards out of the cache and out of Postgres, and orders. First at
// a rate that a shop has to bear, then with more and more clients until answers come late.

const perSecond = 1_000
const p95MillisecondsWanted = 10
const p99MillisecondsMax = 100
const clientsFirst = 16
const clientsMax = 1_024

type Reads = { readonly design: string; readonly url: string; readonly requests: readonly Request[] }

const readsOf = ({ url, urlWithoutCache, cards, orders }: Shop): readonly Reads[] => [
  { design: 'product card, cached in Redis', url, requests: cards },
  { design: 'product card, without Redis', url: urlWithoutCache, requests: cards },
  { design: 'order', url, requests: orders },
]

const percentile = (latencies: Float64Array, share: number): number => percentileOf(latencies.toSorted(), share)

const contender = (reads: Reads, round: () => Promise<Round>): Contender => ({
  design: reads.design,
  durability: '(a read)',
  // The shop is shared: nothing here changes it.
  open: async () => ({ round, close: async () => {} }),
})

const roundOf = (driven: Driven, checked: string): Round => ({
  done: driven.latencies.length,
  milliseconds: driven.milliseconds,
  latencies: [...driven.latencies],
  checked,
  broken: failuresOf(driven),
})

const steadyRound = async ({ url, requests }: Reads, shop: Shop, seconds: number): Promise<Round> => {
  const before = await shop.cacheLookups()
  const driven = await drive({ url, requests, traffic: { kind: 'open', perSecond, milliseconds: seconds * 1_000 } })
  const after = await shop.cacheLookups()
  const hits = after.hits - before.hits
  const misses = after.misses - before.misses
  const p95 = percentile(driven.latencies, 0.95)
  const verdict = p95 <= p95MillisecondsWanted ? 'within' : 'over'
  return roundOf(
    driven,
    `p95 ${p95.toFixed(1)} ms, ${verdict} ${p95MillisecondsWanted} ms; cache hits ${hits}, misses ${misses}`,
  )
}

/** Twice the clients, step by step; the round is the last step that was in time, or the first where none was. */
const risingRound = async ({ url, requests }: Reads, seconds: number): Promise<Round> => {
  let best: { readonly driven: Driven; readonly clients: number } | undefined
  for (let clients = clientsFirst; clients <= clientsMax; clients *= 2) {
    const driven = await drive({ url, requests, traffic: { kind: 'closed', clients, milliseconds: seconds * 1_000 } })
    const p99 = percentile(driven.latencies, 0.99)
    if (p99 > p99MillisecondsMax && best !== undefined)
      return roundOf(best.driven, `${best.clients} clients; with ${clients} p99 is ${Math.round(p99)} ms`)
    best = { driven, clients }
    if (p99 > p99MillisecondsMax) break
  }
  if (best === undefined) throw new Error('no step was taken')
  return roundOf(best.driven, `${best.clients} clients`)
}

/** `sample` comes from the main: the sample catalogue belongs to `npm start`. */
export const httpSuite =
  (sample: SampleCatalogue): Suite =>
  async ({ seconds }) => {
    const shop = await openShop(sample)
    try {
      const reads = readsOf(shop)
      const steady = await runGroup({
        title: `Reads over HTTP, ${perSecond} requests/s (open loop)`,
        unit: 'answers',
        contenders: reads.map((one) => contender(one, () => steadyRound(one, shop, seconds))),
      })
      const rising = await runGroup({
        title: `Reads over HTTP, clients rising until p99 exceeds ${p99MillisecondsMax} ms`,
        unit: 'answers',
        contenders: reads.map((one) => contender(one, () => risingRound(one, seconds))),
      })
      return [steady, rising]
    } finally {
      await shop.close()
    }
  }
