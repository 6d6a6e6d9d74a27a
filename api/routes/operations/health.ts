import { z } from 'zod'
import { defineRoute, type Route } from '../../route.ts'

export type ReadinessCheckView = { readonly name: string; readonly ready: boolean; readonly detail?: string }

export type HealthDependencies = {
  /** The state of everything that the process needs to serve requests, and whether it is stopping. */
  readonly readiness: () => Promise<readonly ReadinessCheckView[]>
}

const readySchema = z
  .object({
    status: z.enum(['ready', 'not_ready']),
    checks: z.array(z.object({ name: z.string(), ready: z.boolean(), detail: z.string().optional() })),
  })
  .meta({ id: 'Readiness' })

export const liveRoute = (): Route =>
  defineRoute({
    method: 'get',
    path: '/health/live',
    name: 'live',
    tag: 'Operations',
    summary: 'Whether the process is alive',
    access: 'open',
    probe: true,
    responses: {
      200: { description: 'The process is alive.', body: z.object({ status: z.literal('live') }).meta({ id: 'Live' }) },
    },
    handle: async () => ({ status: 200, body: { status: 'live' } as const }),
  })

export const readyRoute = ({ readiness }: HealthDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/health/ready',
    name: 'ready',
    tag: 'Operations',
    summary: 'Whether the process can serve requests',
    access: 'open',
    probe: true,
    responses: {
      200: { description: 'It can serve requests.', body: readySchema },
      503: { description: 'It cannot serve requests yet, or it is stopping.', body: readySchema },
    },
    handle: async () => {
      const checks = await readiness()
      return checks.every(({ ready }) => ready)
        ? { status: 200, body: { status: 'ready', checks } as const }
        : { status: 503, body: { status: 'not_ready', checks } as const }
    },
  })
