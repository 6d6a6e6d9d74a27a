import type { CommandContext } from './stream-writer/types.ts'

/** Who asks, and under which id: it names the ids of everything that follows, so a retry finds its first try. */
export type Origin = {
  readonly commandId: string
  readonly actor: string
  readonly traceparent?: string
  /** When it happened in the business, where that is not now (an import). */
  readonly occurredAt?: number
}

/** The metadata of what a command leads to; `correlationId` is the order or reservation, else the command itself. */
export const contextOf = (origin: Origin, correlationId: string): CommandContext => ({
  correlationId,
  causationId: origin.commandId,
  actor: origin.actor,
  ...(origin.traceparent === undefined ? {} : { traceparent: origin.traceparent }),
  ...(origin.occurredAt === undefined ? {} : { occurredAt: origin.occurredAt }),
})
