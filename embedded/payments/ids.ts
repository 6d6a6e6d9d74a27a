// Ids as Stripe makes them: a prefix that tells the kind, and enough randomness never to meet twice.

import { randomBytes } from 'node:crypto'

export const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`
