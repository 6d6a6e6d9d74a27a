import { hash } from 'node:crypto'
import { z } from 'zod'

export const idSchema = z.uuid()

/** Namespace of every id that Holdfast derives, so that they differ from version 5 ids of other systems. */
const holdfastNamespace = Buffer.from('6f1c1de23c765a0e9a351f2d1b7b0c44', 'hex')

/** The variant's digit by the hash's digit: its two high bits are 10, its two low bits are those of the hash. */
const variantDigits = '89ab89ab89ab89ab'

/** A UUID of version 5 (RFC 9562). Each hold needs four, and Node's one-shot hash takes a third of the time of a library. */
const hashed = (text: string): string => {
  const digits = hash('sha1', Buffer.concat([holdfastNamespace, Buffer.from(text)]), 'hex')
  const variant = variantDigits.charAt(Number.parseInt(digits.charAt(16), 16))
  const [low, middle, rest] = [digits.slice(0, 8), digits.slice(8, 12), digits.slice(20, 32)]
  return `${low}-${middle}-5${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${rest}`
}

/** An id that is a pure function of its parts, so a retry finds what its first attempt made. */
export const derivedId = (...parts: ReadonlyArray<string | number>): string => hashed(JSON.stringify(parts))

/** An order's id derives from its reservation's, so a reservation can become at most one order. */
export const orderIdOf = (reservationId: string): string => derivedId('order', reservationId)

/**
 * The id of a stored event: a function of the commands that led to it, its index in their decision, and its stored bytes.
 * So only a byte-identical append counts as the same one.
 */
export const eventIdOf = (commandIds: readonly string[], index: number, data: string): string =>
  hashed(`${commandIds.join(',')}:${index}:${data}`)
