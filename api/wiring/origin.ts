import type { Origin as CommandOrigin } from '#commands/context.ts'
import type { Origin } from '../route.ts'

/** Who asks, as the commands have it. */
export const commandOrigin = ({ commandId, actor, traceparent }: Origin): CommandOrigin => ({
  commandId,
  actor,
  traceparent,
})
