import { hash } from 'node:crypto'
import { z } from 'zod'

export const idSchema = z.uuid()

/** Namespace of every id that Holdfast derives, so that they never meet anyone else's version 5 ids. */
const holdfastNamespace = Buffer.from('6f1c1de23c765a0e9a351f2d1b7b0c44', 'hex')

/** The two high bits of the variant's digit are 10; the lower two stay the hash's own. */
const variantDigits = '89ab89ab89ab89ab'

/** A UUID of version 5 (RFC 9562). By hand, because each hold takes four: the one-shot hash costs a third of a library's. */
const hashed = (text: string): string => {
  const digits = hash('sha1', Buffer.concat([holdfastNamespace, Buffer.from(text)]), 'hex')
  const variant = variantDigits.charAt(Number.parseInt(digits.charAt(16), 16))
  const [low, middle, rest] = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(20, 32)]
  return `${low}-${middle}-5${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${rest}`
}

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
