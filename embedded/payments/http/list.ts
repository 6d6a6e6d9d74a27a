// Stripe's list object, and the one way all lists are answered.

import type { Kept, Kind, Ledger, ListFilter, Page } from '../ledger/ledger.ts'
import { noSuchObject, type Refusal } from '../objects/refusal.ts'

export const presentList = <T>(page: Page<T>, present: (item: T) => object, url: string): object => ({
  object: 'list',
  data: page.items.map(present),
  has_more: page.hasMore,
  url,
})

/** A cursor must name an object that exists. */
export const listPage = <K extends Kind>(ledger: Ledger, kind: K, filter: ListFilter): Page<Kept[K]> | Refusal => {
  const { startingAfter, endingBefore } = filter
  if (startingAfter !== undefined && !ledger.find(kind, startingAfter))
    return noSuchObject(kind, startingAfter, 'starting_after')
  if (endingBefore !== undefined && !ledger.find(kind, endingBefore))
    return noSuchObject(kind, endingBefore, 'ending_before')
  return ledger.list(kind, filter)
}
