import type { CommandContext } from './stream-writer/types.ts'

/** Who asks for a command, and under which id. It becomes the metadata of the events. */
export type Origin = {
  /** All ids that follow derive from it, so a retry finds what its first attempt made. */
  readonly commandId: string
  readonly actor: string
  /** The caller's own id for what it is doing, if it has one. */
  readonly correlationId?: string
  readonly traceparent?: string
  /** The business time, if it differs from the time of recording (an import). */
  readonly occurredAt?: number
}

/**
 * The metadata of the events that follow from a command. Their correlation id is `subject`, the id of the order or
 * reservation that they are about. Without one it is the caller's correlation id, or else the command's id.
 */
export const contextOf = (origin: Origin, subject?: string): CommandContext => ({
  correlationId: subject ?? origin.correlationId ?? origin.commandId,
  causationId: origin.commandId,
  actor: origin.actor,
  ...(origin.traceparent === undefined ? {} : { traceparent: origin.traceparent }),
  ...(origin.occurredAt === undefined ? {} : { occurredAt: origin.occurredAt }),
})
