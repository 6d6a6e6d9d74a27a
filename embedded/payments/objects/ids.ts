// Ids like Stripe's: a prefix for the kind, then enough random characters to be unique. They begin with the time, so that new ones
// are last in the ledger's indexes, and a commit writes one index page instead of many.

import { randomUUID } from 'node:crypto'

export const newId = (prefix: string): string =>
  `${prefix}_${Date.now().toString(16)}${randomUUID().replaceAll('-', '')}`
