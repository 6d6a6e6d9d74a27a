/** What one invariant came to. `findings` are lines for people; an empty list means that it holds. */
export type InvariantOutcome = {
  readonly invariant: string
  /** What was checked, in words and numbers. */
  readonly checked: string
  /** It could not be looked at, so that nothing found says nothing. */
  readonly isUnchecked?: true
  readonly findings: readonly string[]
}

/** Findings of one invariant that are kept; their number is counted on. */
const findingsMax = 20

export type Findings = { readonly add: (finding: string) => void; readonly all: () => readonly string[] }

/** Keeps the first findings whole, and of the rest the number: a damaged log must not fill the memory. */
export const createFindings = (): Findings => {
  const kept: string[] = []
  let more = 0
  return {
    add: (finding) => {
      if (kept.length < findingsMax) kept.push(finding)
      else more += 1
    },
    all: () => (more === 0 ? kept : [...kept, `… and ${more} more`]),
  }
}

export const count = (value: number): string => value.toLocaleString('en')
