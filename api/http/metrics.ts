import { collectDefaultMetrics, Histogram, type Registry } from 'prom-client'

export type RequestMetrics = {
  readonly observe: (request: {
    readonly method: string
    /** The route's pattern, never the address: labels are few. */
    readonly route: string
    readonly status: number
    readonly seconds: number
  }) => void
}

const bucketsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Rates and durations of requests by method, route and status, beside the process's own figures. */
export const createRequestMetrics = (registry: Registry): RequestMetrics => {
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the head of a request to its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: bucketsSeconds,
    registers: [registry],
  })
  // Looking a child up by its labels costs more than counting in it, and there are few of them.
  const children = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>()
  return {
    observe: ({ method, route, status, seconds }) => {
      const key = `${status} ${method} ${route}`
      const known = children.get(key)
      const child = known ?? duration.labels({ method, route, status: String(status) })
      if (known === undefined) children.set(key, child)
      child.observe(seconds)
    },
  }
}
