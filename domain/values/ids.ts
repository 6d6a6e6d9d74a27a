import { parse, v5 } from 'uuid'
import { z } from 'zod'

export const idSchema = z.uuid()

/** Namespace of every id that Holdfast derives, so that they never meet anyone else's version 5 ids. */
const holdfastNamespace = parse('6f1c1de2-3c76-5a0e-9a35-1f2d1b7b0c44')

const hashed = (text: string): string => v5(Buffer.from(text), holdfastNamespace)

/** An id that is a pure function of its parts: the same parts always name the same thing, so a retry finds its first try. */
export const derivedId = (...parts: ReadonlyArray<string | number>): string => hashed(JSON.stringify(parts))

/** An order's id derives from its reservation's, so one reservation can become one order only. */
export const orderIdOf = (reservationId: string): string => derivedId('order', reservationId)

/**
 * The id of a stored event: a function of the commands that it answers, its index in their decision, and its stored bytes.
 * Only a byte-identical append therefore counts as the same one.
 */
export const eventIdOf = (commandIds: readonly string[], index: number, data: string): string =>
  hashed(`${commandIds.join(',')}:${index}:${data}`)
