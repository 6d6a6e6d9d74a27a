import { z } from 'zod'

/** A moment of log time: whole milliseconds since the Unix epoch, UTC. */
export type Instant = number

/** The last moment that a JavaScript Date can hold. */
export const instantMax: Instant = 8_640_000_000_000_000

export const instantSchema = z.int().min(0).max(instantMax)

export const secondsAfter = (instant: Instant, seconds: number): Instant => instant + seconds * 1_000

/** RFC 3339 text in UTC, as the HTTP API shows instants. */
export const instantText = (instant: Instant): string => new Date(instant).toISOString()
