// Where the time of an order goes, from the API's own histograms: which routes and ports were called between two readings of
// /metrics, how often per order, and how long each call took.

/** By route and port. */
export type CallTotals = ReadonlyMap<string, { readonly calls: number; readonly seconds: number }>

const seriesPattern =
  /^(?<metric>http_request_duration_seconds|holdfast_port_seconds)_(?<kind>sum|count)\{(?<labels>.*)\} (?<value>\S+)$/gm
const routePattern = /method="(?<method>\w+)",route="(?<route>[^"]+)"/
const portPattern = /port="(?<port>[^"]+)"/

/** The name of a route, whatever its status, or of a port. */
const nameOf = (labels: string): string | undefined => {
  const http = routePattern.exec(labels)?.groups
  // Reading the metrics is a request too, but not part of an order.
  if (http?.route === '/metrics') return undefined
  if (http !== undefined) return `HTTP ${http.method?.toUpperCase()} ${http.route}`
  return portPattern.exec(labels)?.groups?.port
}

/** `metrics` is what `/metrics` answers, in the text format of Prometheus. */
export const callTotalsIn = (metrics: string): CallTotals => {
  const totals = new Map<string, { calls: number; seconds: number }>()
  for (const { groups } of metrics.matchAll(seriesPattern)) {
    const name = nameOf(groups?.labels ?? '')
    if (name === undefined) continue
    const total = totals.get(name) ?? { calls: 0, seconds: 0 }
    totals.set(name, total)
    if (groups?.kind === 'count') total.calls += Number(groups.value)
    else total.seconds += Number(groups?.value)
  }
  return totals
}

export type CallBreakdown = {
  readonly name: string
  readonly callsPerOrder: number
  readonly meanMilliseconds: number
  readonly millisecondsPerOrder: number
}

/** What was called between two readings: HTTP routes first, and then by time per order, longest first. */
export const breakdownOf = (before: CallTotals, after: CallTotals, orders: number): readonly CallBreakdown[] => {
  const rows = [...after].map(([name, total]) => {
    const earlier = before.get(name)
    const calls = total.calls - (earlier?.calls ?? 0)
    const milliseconds = (total.seconds - (earlier?.seconds ?? 0)) * 1_000
    return {
      name,
      callsPerOrder: calls / orders,
      meanMilliseconds: calls === 0 ? 0 : milliseconds / calls,
      millisecondsPerOrder: milliseconds / orders,
    }
  })
  const isHttp = ({ name }: CallBreakdown): number => Number(name.startsWith('HTTP'))
  return rows
    .filter(({ callsPerOrder }) => callsPerOrder > 0)
    .sort((one, other) => isHttp(other) - isHttp(one) || other.millisecondsPerOrder - one.millisecondsPerOrder)
}

export const printBreakdown = (title: string, rows: readonly CallBreakdown[]): void => {
  if (rows.length === 0) return
  const width = Math.max(...rows.map(({ name }) => name.length), title.length)
  const heads = ['calls per order', 'ms per call', 'ms per order']
  console.log(`\n${[title.padEnd(width), ...heads].join('  ')}`)
  for (const { name, callsPerOrder, meanMilliseconds, millisecondsPerOrder } of rows) {
    const figures = [callsPerOrder, meanMilliseconds, millisecondsPerOrder]
    const cells = figures.map((figure, column) => figure.toFixed(2).padStart(heads[column]?.length ?? 0))
    console.log([name.padEnd(width), ...cells].join('  '))
  }
}
