/** A failed assertion is a bug in Holdfast or a damaged log, never bad input. Assertions stay on in production. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** Ends every `switch` over a union: the compiler finds a forgotten case, and an unknown value throws when it runs. */
export const unreachable = (value: never): never => {
  throw new AssertionError(`Unexpected value: ${JSON.stringify(value)}`)
}
