import { randomUUID } from 'node:crypto'

/** A random UUID (version 4), for what has no natural id. Whoever wants it makes it once and keeps it over retries. */
export type NewId = () => string

export const newId: NewId = () => randomUUID()
