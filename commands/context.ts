import type { CommandContext } from './stream-writer/types.ts'

/** Who asks for a command, and under which id. */
export type Origin = {
  /** The ids of everything that follows derive from it, so a retry finds its first try. */
  readonly commandId: string
  readonly actor: string
  /** The caller's own id for what it is doing, where it has one. */
  readonly correlationId?: string
  readonly traceparent?: string
  /** When it happened in the business, if that is not now (an import). */
  readonly occurredAt?: number
}

/**
 * The metadata of the events that a command leads to. `subject` is the id of the order or reservation that they are about;
 * it becomes their correlation id. Without one that is the caller's id, or else the command's.
 */
export const contextOf = (origin: Origin, subject?: string): CommandContext => ({
  correlationId: subject ?? origin.correlationId ?? origin.commandId,
  causationId: origin.commandId,
  actor: origin.actor,
  ...(origin.traceparent === undefined ? {} : { traceparent: origin.traceparent }),
  ...(origin.occurredAt === undefined ? {} : { occurredAt: origin.occurredAt }),
})
