/** The message of whatever was thrown, for a log line or a person: JavaScript can throw values that are no errors. */
export const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Whatever was thrown, as an error to reject with. */
export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
