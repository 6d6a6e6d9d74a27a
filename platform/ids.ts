import { randomUUID } from 'node:crypto'

/** A random UUID (version 4) for things without a natural id. Callers create it once and keep it over retries. */
export type NewId = () => string

export const newId: NewId = () => randomUUID()
