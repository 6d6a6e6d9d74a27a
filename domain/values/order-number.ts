import { createHash } from 'node:crypto'

// Crockford's base 32: without I, L, O and U, so that a number read out on the phone is not misheard.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const symbols = 12

/** The order number for people: 12 Crockford base-32 characters of a hash of the order's id, as `4-4-4`. */
export const orderNumberOf = (orderId: string): string => {
  const hash = createHash('sha256').update(orderId).digest()
  const characters = Array.from({ length: symbols }, (_, index) =>
    alphabet.charAt((hash[index] ?? 0) % alphabet.length),
  )
  return [characters.slice(0, 4), characters.slice(4, 8), characters.slice(8)].map((group) => group.join('')).join('-')
}
