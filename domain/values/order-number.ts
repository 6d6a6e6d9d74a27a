import { createHash } from 'node:crypto'

// Crockford's base 32: no I, L, O or U, so that a number read out on the phone is written down right.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const symbols = 12

/** The number that people use for an order: 12 Crockford base-32 characters of a hash of its id, as `4-4-4`. */
export const orderNumberOf = (orderId: string): string => {
  const hash = createHash('sha256').update(orderId).digest()
  const characters = Array.from({ length: symbols }, (_, index) =>
    alphabet.charAt((hash[index] ?? 0) % alphabet.length),
  )
  return [characters.slice(0, 4), characters.slice(4, 8), characters.slice(8)].map((group) => group.join('')).join('-')
}
