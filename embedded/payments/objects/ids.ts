// Ids as Stripe makes them: a prefix that tells the kind, and enough randomness never to meet twice. They begin with the
// time, so that new ones come last in the ledger's indexes, and a commit writes one page of them instead of many.

import { randomUUID } from 'node:crypto'

export const newId = (prefix: string): string =>
  `${prefix}_${Date.now().toString(16)}${randomUUID().replaceAll('-', '')}`
