import type { CommandContext, Submitted } from './types.ts'

/** Commands of one caller for one stream, decided together. `atomic`: one refusal refuses all, and nothing is appended. */
export type WriteRequest<State, Command, Answer, Refusal> = {
  readonly commands: readonly Command[]
  readonly atomic: boolean
  readonly presumeNew: boolean
  readonly context: CommandContext
  /** Monotonic milliseconds at which the caller stops waiting. */
  readonly deadline: number
  readonly resolve: (submitted: Submitted<State, Answer, Refusal>) => void
  readonly reject: (error: Error) => void
}
