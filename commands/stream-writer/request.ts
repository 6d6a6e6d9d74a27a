import type { Answered, CommandContext } from './types.ts'

export type Result<Answer, Refusal> =
  | { readonly outcome: 'accepted'; readonly answer: Answer }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }

/** Commands of one caller for one stream, decided on one draft. `atomic`: one refusal refuses all, and nothing is recorded. */
export type Request<Command, Answer, Refusal> = {
  readonly commands: readonly Command[]
  readonly atomic: boolean
  readonly context: CommandContext
  /** Monotonic milliseconds at which the caller stops waiting. */
  readonly deadline: number
  readonly resolve: (answers: ReadonlyArray<Answered<Answer, Refusal>>) => void
  readonly reject: (error: Error) => void
}
