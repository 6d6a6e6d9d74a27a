/** A broken assertion is a bug in Holdfast or a damaged log, never bad input: it is left on in production. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** Ends every `switch` over a union: the compiler refuses a forgotten case, the log cannot smuggle one in. */
export const unreachable = (value: never): never => {
  throw new AssertionError(`Unexpected value: ${JSON.stringify(value)}`)
}
