import type { Registry } from 'prom-client'
import { z } from 'zod'
import { defineRoute, type Route } from '../../route.ts'

export type MetricsDependencies = { readonly registry: Registry }

export const metricsRoute = ({ registry }: MetricsDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/metrics',
    name: 'metrics',
    tag: 'Operations',
    summary: 'Metrics for Prometheus',
    access: 'open',
    probe: true,
    responses: {
      200: {
        description: 'The metrics in the text format of Prometheus.',
        body: z.string(),
        contentType: registry.contentType,
      },
    },
    handle: async () => ({ status: 200, body: await registry.metrics() }),
  })
