import { collectDefaultMetrics, type Registry } from 'prom-client'
import { createDurations } from './durations.ts'

export type RequestMetrics = {
  readonly observe: (request: {
    readonly method: string
    /** The route's pattern, never the address. */
    readonly route: string
    readonly status: number
    readonly seconds: number
  }) => void
}

/** Rates and durations of requests by method, route and status, and the default metrics of the process. */
export const createRequestMetrics = (registry: Registry): RequestMetrics => {
  collectDefaultMetrics({ register: registry })
  const durations = createDurations(registry, {
    name: 'http_request_duration_seconds',
    help: 'Time from the head of a request to its answer.',
    labelNames: ['method', 'route', 'status'],
  })
  return {
    observe: ({ method, route, status, seconds }) =>
      durations(`${status} ${method} ${route}`, { method, route, status: String(status) }).observe(seconds),
  }
}
