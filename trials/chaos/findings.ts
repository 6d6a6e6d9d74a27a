/** Each finding is a line for people; nothing found is what must come out. */
export type FindingsByKind = {
  readonly oversold: readonly string[]
  readonly lostAcks: readonly string[]
  readonly doubleCharges: readonly string[]
  readonly leakedHolds: readonly string[]
  readonly rebuildMismatches: readonly string[]
  /** What is wrong in any other way. */
  readonly others: readonly string[]
}

export const findingsOf = (verdict: FindingsByKind): readonly string[] => Object.values(verdict).flat()
