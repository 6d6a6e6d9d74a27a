// What the last commit wrote, kept in memory. Live subscriptions to the whole log all ask for it as soon as it is there, and
// without this each of them would read the same rows from disk again. One commit is kept, if it is no larger than a page; who
// asks for anything else reads from disk.
import type { NewEvent, Page, PageRequest } from './page.ts'

export type LatestPage = {
  /** An event was written in the transaction under way. */
  readonly add: (event: NewEvent) => void
  /** The transaction is on disk: from now on its events are shown. */
  readonly committed: () => void
  /** The transaction was undone. */
  readonly forget: () => void
  /** The page for `request`, if it asks for exactly what the last commit wrote. */
  readonly find: (request: PageRequest, limit: number) => Page | undefined
}

export const createLatestPage = (bytesMax: number): LatestPage => {
  let pending: NewEvent[] = []
  let pendingBytes = 0
  let page: Page | undefined
  /** Of the last event before the page; a request for what comes after it asks for the page from its start. */
  let before: number | undefined
  let last: number | undefined

  const clear = (): void => {
    pending = []
    pendingBytes = 0
  }

  return {
    add: (event) => {
      pending.push(event)
      pendingBytes += event.response.length
    },
    committed: () => {
      if (pending.length === 0) return
      page = pendingBytes <= bytesMax ? { events: pending, more: false } : undefined
      before = last
      last = pending.at(-1)?.position
      clear()
    },
    forget: clear,
    find: (request, limit) => {
      if (page === undefined || before === undefined) return undefined
      if (request.kind !== 'all' || request.direction !== 'forwards') return undefined
      const [first] = page.events
      const isFromItsStart = first !== undefined && request.from > before && request.from <= first.position
      return isFromItsStart && page.events.length <= limit ? page : undefined
    },
  }
}
