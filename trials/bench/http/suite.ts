import { percentileOf } from '../../statistics.ts'
import type { Contender, Round, Suite } from '../measuring/contender.ts'
import { measureGroup } from '../measuring/measure-group.ts'
import { runTraffic } from './run-traffic.ts'
import { openReadShop, type ReadShop, type SampleCatalogue } from './shop.ts'
import type { GetRequest, TrafficTimings } from './traffic.ts'

// Reads over HTTP on a whole stack on this machine: products, from the cache and from Postgres, and orders. First at a
// rate that a shop has to stand, then with more and more clients until the answers are slow.

const perSecond = 1_000
const p95MillisecondsWanted = 10
const p99MillisecondsMax = 100
const clientsFirst = 16
const clientsMax = 1_024

type ReadKind = { readonly design: string; readonly url: string; readonly requests: readonly GetRequest[] }

const readKindsOf = ({ url, urlWithoutRedis, productRequests, orderRequests }: ReadShop): readonly ReadKind[] => [
  { design: 'product, cached in Redis', url, requests: productRequests },
  { design: 'product, API without Redis', url: urlWithoutRedis, requests: productRequests },
  { design: 'order', url, requests: orderRequests },
]

const contenderOf = ({ design }: ReadKind, runRound: () => Promise<Round>): Contender => ({
  design,
  durability: 'only reads',
  // All contenders share the shop: reads do not change it.
  start: async () => ({ runRound, close: async () => {} }),
})

const roundOf = ({ latencies, milliseconds, failures }: TrafficTimings, checked: string): Round => ({
  done: latencies.length,
  milliseconds,
  latencies,
  checked,
  broken: [...failures].map(([what, count]) => `${count} times ${what}`),
})

const fixedRateRound = async ({ url, requests }: ReadKind, shop: ReadShop, seconds: number): Promise<Round> => {
  const before = await shop.cacheLookups()
  const timings = await runTraffic({
    url,
    requests,
    traffic: { kind: 'open', perSecond, milliseconds: seconds * 1_000 },
  })
  const after = await shop.cacheLookups()
  const hits = after.hits - before.hits
  const misses = after.misses - before.misses
  const p95 = percentileOf(timings.latencies, 0.95)
  const comparison = p95 <= p95MillisecondsWanted ? 'within' : 'over'
  return roundOf(
    timings,
    `p95 ${p95.toFixed(1)} ms, ${comparison} ${p95MillisecondsWanted} ms; cache hits ${hits}, misses ${misses}`,
  )
}

/**
 * Doubles the number of clients step by step. The round is the last step whose p99 was within the limit, or the first step if
 * none was.
 */
const risingRound = async ({ url, requests }: ReadKind, seconds: number): Promise<Round> => {
  let best: { readonly timings: TrafficTimings; readonly clients: number } | undefined
  for (let clients = clientsFirst; clients <= clientsMax; clients *= 2) {
    const traffic = { kind: 'closed', clients, milliseconds: seconds * 1_000 } as const
    const timings = await runTraffic({ url, requests, traffic })
    const p99 = percentileOf(timings.latencies, 0.99)
    if (p99 > p99MillisecondsMax && best !== undefined)
      return roundOf(best.timings, `${best.clients} clients; with ${clients} p99 is ${Math.round(p99)} ms`)
    best = { timings, clients }
    if (p99 > p99MillisecondsMax) break
  }
  if (best === undefined) throw new Error('no step was taken')
  return roundOf(best.timings, `${best.clients} clients`)
}

/** `sample` comes from the main, because the sample catalogue belongs to `npm start`. */
export const httpSuite =
  (sample: SampleCatalogue): Suite =>
  async ({ seconds }) => {
    const shop = await openReadShop(sample)
    try {
      const kinds = readKindsOf(shop)
      const fixedRate = await measureGroup({
        title: `Reads over HTTP, ${perSecond.toLocaleString('en-US')} requests/s (open loop)`,
        about: [
          'Requests are sent at fixed moments, whether earlier ones were answered or not; latency counts from those moments.',
        ],
        unit: 'answers',
        contenders: kinds.map((kind) => contenderOf(kind, () => fixedRateRound(kind, shop, seconds))),
      })
      const rising = await measureGroup({
        title: `Reads over HTTP, clients doubled until p99 exceeds ${p99MillisecondsMax} ms (closed loop)`,
        about: [
          `Each client sends its next request as soon as it is answered, beginning with ${clientsFirst} clients.`,
          `A row shows the largest number of clients whose p99 was within ${p99MillisecondsMax} ms.`,
        ],
        unit: 'answers',
        contenders: kinds.map((kind) => contenderOf(kind, () => risingRound(kind, seconds))),
      })
      return [fixedRate, rising]
    } finally {
      await shop.close()
    }
  }
