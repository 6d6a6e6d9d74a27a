import { z } from 'zod'
import { defineRoute, type Route } from '../../route.ts'

export type ReadinessCheckView = { readonly name: string; readonly ready: boolean; readonly detail?: string }

export type HealthDependencies = {
  /** What the process needs to serve, each with its state; one that is stopping says so here. */
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
    summary: 'Whether the process answers',
    access: 'open',
    probe: true,
    responses: { 200: { description: 'It does.', body: z.object({ status: z.literal('live') }).meta({ id: 'Live' }) } },
    handle: async () => ({ status: 200, body: { status: 'live' } as const }),
  })

export const readyRoute = ({ readiness }: HealthDependencies): Route =>
  defineRoute({
    method: 'get',
    path: '/health/ready',
    name: 'ready',
    tag: 'Operations',
    summary: 'Whether the process can serve',
    access: 'open',
    probe: true,
    responses: {
      200: { description: 'It can.', body: readySchema },
      503: { description: 'It cannot yet, or is stopping.', body: readySchema },
    },
    handle: async () => {
      const checks = await readiness()
      return checks.every(({ ready }) => ready)
        ? { status: 200, body: { status: 'ready', checks } as const }
        : { status: 503, body: { status: 'not_ready', checks } as const }
    },
  })
