/**
 * Why a command got no answer. `outcome_unknown`: it may have happened or not, and a retry with the same key finds out.
 * `overloaded` and `unavailable`: nothing happened. All are safe to retry.
 */
export type NoAnswerCode = 'outcome_unknown' | 'overloaded' | 'unavailable'

export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  readonly code: NoAnswerCode

  constructor(code: NoAnswerCode, message: string) {
    super(message)
    this.code = code
  }
}
