// Where the time of an order goes, out of the API's own histograms: what was called between two looks at /metrics, how
// often for an order, and how long each took.

export type Figures = ReadonlyMap<string, { readonly calls: number; readonly seconds: number }>

const seriesPattern =
  /^(?<metric>http_request_duration_seconds|holdfast_port_seconds)_(?<kind>sum|count)\{(?<labels>.*)\} (?<value>\S+)$/gm
const routePattern = /method="(?<method>\w+)",route="(?<route>[^"]+)"/
const portPattern = /port="(?<port>[^"]+)"/

/** One name for a route whatever it answered, and for a port. */
const nameOf = (labels: string): string | undefined => {
  const http = routePattern.exec(labels)?.groups
  // Looking costs too, but no order.
  if (http?.route === '/metrics') return undefined
  if (http !== undefined) return `HTTP ${http.method?.toUpperCase()} ${http.route}`
  return portPattern.exec(labels)?.groups?.port
}

/** Reads what `/metrics` says, in the text format of Prometheus. */
export const figuresIn = (text: string): Figures => {
  const figures = new Map<string, { calls: number; seconds: number }>()
  for (const { groups } of text.matchAll(seriesPattern)) {
    const name = nameOf(groups?.labels ?? '')
    if (name === undefined) continue
    const figure = figures.get(name) ?? { calls: 0, seconds: 0 }
    figures.set(name, figure)
    if (groups?.kind === 'count') figure.calls += Number(groups.value)
    else figure.seconds += Number(groups?.value)
  }
  return figures
}

export type Part = {
  readonly name: string
  readonly callsPerOrder: number
  readonly meanMilliseconds: number
  readonly millisecondsPerOrder: number
}

/** What came between two looks, HTTP first, and within that what took longest for an order. */
export const breakdownOf = (before: Figures, after: Figures, orders: number): readonly Part[] => {
  const parts = [...after].map(([name, figure]) => {
    const earlier = before.get(name)
    const calls = figure.calls - (earlier?.calls ?? 0)
    const milliseconds = (figure.seconds - (earlier?.seconds ?? 0)) * 1_000
    return {
      name,
      callsPerOrder: calls / orders,
      meanMilliseconds: calls === 0 ? 0 : milliseconds / calls,
      millisecondsPerOrder: milliseconds / orders,
    }
  })
  const isHttp = ({ name }: Part): number => Number(name.startsWith('HTTP'))
  return parts
    .filter(({ callsPerOrder }) => callsPerOrder > 0)
    .sort((one, other) => isHttp(other) - isHttp(one) || other.millisecondsPerOrder - one.millisecondsPerOrder)
}

export const printBreakdown = (title: string, parts: readonly Part[]): void => {
  if (parts.length === 0) return
  const width = Math.max(...parts.map(({ name }) => name.length), title.length)
  console.log(`\n${title.padEnd(width)}  calls an order   ms a call  ms an order`)
  for (const { name, callsPerOrder, meanMilliseconds, millisecondsPerOrder } of parts)
    console.log(
      [
        name.padEnd(width),
        callsPerOrder.toFixed(2).padStart(14),
        meanMilliseconds.toFixed(2).padStart(10),
        millisecondsPerOrder.toFixed(2).padStart(11),
      ].join('  '),
    )
}
