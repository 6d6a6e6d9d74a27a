/** The message of a thrown value, for a log line or a person. JavaScript can throw values that are not errors. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A thrown value as an Error, to reject with. */
export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
