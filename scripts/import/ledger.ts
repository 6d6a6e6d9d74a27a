import { addCounts, type Counts, noCounts } from './progress.ts'

/**
 * Work ends out of order; progress counts only what is done without a gap, so that an import that breaks off goes on
 * exactly there.
 */
export type Ledger = {
  readonly open: () => { readonly close: (counts: Counts) => void }
  /** All that is done before the oldest piece of work that is not. */
  readonly settled: () => Counts
}

export const createLedger = (before: Counts = noCounts): Ledger => {
  let settled = before
  let pieces: Array<{ counts: Counts | undefined }> = []
  let head = 0
  const settle = (): void => {
    for (let first = pieces[head]; first?.counts !== undefined; first = pieces[head]) {
      settled = addCounts(settled, first.counts)
      head += 1
    }
    if (head < 1_000) return
    pieces = pieces.slice(head)
    head = 0
  }
  return {
    open: () => {
      const piece: { counts: Counts | undefined } = { counts: undefined }
      pieces.push(piece)
      return {
        close: (counts) => {
          piece.counts = counts
          settle()
        },
      }
    },
    settled: () => settled,
  }
}
